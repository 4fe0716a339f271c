"""Compare arrays of numpy: the result of each test item, and arrays that a training wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lab.reproduction.comparison.deviation import Deviation, FileComparison
from rules.verification.tolerance import Tolerance


def compare_arrays(recorded: Path, repeated: Path, tolerance: Tolerance) -> FileComparison:
    """Compare every array in two files. Raises ValueError for objects, which are never unpickled."""
    old, new = _arrays(recorded), _arrays(repeated)
    deviations = [
        deviation
        for name in sorted({*old, *new})
        if (deviation := _deviation(f"{recorded.name}: {name}", old.get(name), new.get(name), tolerance)) is not None
    ]
    return FileComparison(max((len(np.atleast_1d(array)) for array in old.values()), default=0), tuple(deviations))


def _arrays(file: Path) -> dict[str, Any]:
    loaded = np.load(file, allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        return {"array": loaded}
    with loaded:
        return {name: loaded[name] for name in loaded.files}


def _deviation(name: str, old: Any, new: Any, tolerance: Tolerance) -> Deviation | None:
    if old is None or new is None:
        return Deviation(f"{name} is missing in {'the record' if old is None else 'the repeated training'}", False)
    if (old.shape, old.dtype) != (new.shape, new.dtype):
        return Deviation(f"{name} is {_form(old)} in the record, now {_form(new)}", False)
    differing = np.atleast_1d(~_equal(old, new))
    if not differing.any():
        return None
    is_close = bool(np.all(tolerance.close_items(old, new)))
    count = f"{int(differing.sum())} of {differing.size} items differ"
    return Deviation(f"{name}: {count}{''.join(_largest(old, new))}", is_close)


def _equal(old: Any, new: Any) -> Any:
    equal = old == new
    return equal | ((old != old) & (new != new)) if old.dtype.kind in "fc" else equal


def _largest(old: Any, new: Any) -> Iterator[str]:
    if old.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            yield f", by at most {float(np.nanmax(np.abs(old.astype(float) - new.astype(float)))):.3g}"


def _form(array: Any) -> str:
    return f"{array.dtype} of shape {tuple(array.shape)}"
