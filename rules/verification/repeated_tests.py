"""Test the final models of runs again, and compare the results with the recorded ones."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from compiler.base.json_files import read_json
from compiler.base.paths import ENGINE, Lab
from compiler.python_source.definitions import Definitions
from compiler.python_source.modules import Modules
from compiler.python_source.training_kind import training_kind
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.runs.run_status import read_complete_status
from rules.verification.check import Check
from rules.verification.tolerance import Tolerance

_TOLERANCE = Tolerance()  # on the machine of the training, results are equal
_METRIC_FILES = ("output/eval_results.json", "output/metrics.json")
_ITEMS = "output/predictions.npz"
_NAME = f"the final models give the recorded predictions (relative tolerance {_TOLERANCE.relative:g})"


def check_predictions(lab: Lab, runs: Collection[str], fingerprints: Mapping[str, str]) -> Check:
    """Repeat the test of every completed run. A run whose test cannot be repeated is a problem.

    Args:
        fingerprints: those of the current code, by run. If a run was trained with other code, its problems state this.
    """
    all_completed = [run for run in sorted(runs) if _is_completed(lab, run)]
    completed = [run for run in all_completed if _is_trained_by_lightning(lab, run)]
    problems = [
        f"results/runs/{run}/{problem}{_code_hint(lab, run, fingerprints)}"
        for run in completed
        for problem in _run_problems(lab, run)
    ]
    others = len(all_completed) - len(completed)
    notes = (f"runs of a function or a command, whose tests only that code can repeat: {others}",) if others else ()
    return Check(_NAME, len(completed), "runs", tuple(problems), notes)


def _code_hint(lab: Lab, run: str, fingerprints: Mapping[str, str]) -> str:

    is_stale = recorded_fingerprint(lab.run(run)) != fingerprints.get(run)
    return " (the run was trained with other code than the present one)" if is_stale else ""


def _is_completed(lab: Lab, run: str) -> bool:
    status = read_complete_status(lab.status(run))
    return status is not None and status.is_completed


def _is_trained_by_lightning(lab: Lab, run: str) -> bool:
    try:
        config = read_json(lab.run(run) / "config.json")["config"]
        return training_kind(config, Definitions(Modules([lab.root, ENGINE]))) == "lightning"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return True  # a damaged config is reported when the test is repeated


def _run_problems(lab: Lab, run: str) -> list[str]:
    from lightning_modules.data.verify import check_data
    from lightning_modules.training.repeated_test import repeat_test

    folder = lab.run(run).absolute()
    try:
        content = read_json(folder / "config.json")
        with chdir(lab.root), redirect_stdout(StringIO()):
            check_data(content["data"], Path())
            repeated = repeat_test(content["config"], folder / "output/final_model")
    except Exception as error:  # damaged files can make the code of the model raise anything
        return [f"output/final_model: cannot be tested again: {type(error).__name__}: {' '.join(str(error).split())}"]
    problems = [problem for file in _METRIC_FILES for problem in _metric_problems(folder, file, repeated.metrics)]
    return [*problems, *_item_problems(folder / _ITEMS, repeated.items)]


def _metric_problems(folder: Path, file: str, metrics: Mapping[str, float]) -> Iterator[str]:
    try:
        recorded = read_json(folder / file)
        values = {name: recorded.get(name) for name in metrics}
    except (OSError, ValueError, AttributeError):
        yield f"{file}: is missing or is not a JSON object"
        return
    for name, value in metrics.items():
        if not _is_close(values[name], value):
            yield f"{file}: {name} is {values[name]}, the model gives {value:.6g}"


def _is_close(recorded: Any, repeated: float) -> bool:
    if not isinstance(recorded, int | float):
        return not math.isfinite(repeated) and recorded is None
    return _TOLERANCE.is_close(recorded, repeated)


def _item_problems(file: Path, items: Mapping[str, Any] | None) -> Iterator[str]:
    """Compare every array of items. Classes and texts must be equal, numbers within the tolerance."""
    if items is None:
        return
    try:
        with np.load(file, allow_pickle=False) as stored:
            recorded = {name: stored[name] for name in stored.files}
    except Exception as error:  # numpy and zipfile raise many kinds for a damaged file
        yield f"{_ITEMS}: cannot be read: {type(error).__name__}"
        return
    for name in sorted({*recorded, *items}):
        if name not in recorded or name not in items or recorded[name].shape != items[name].shape:
            yield f"{_ITEMS}: {name} has another shape than the model gives, or is missing"
        elif count := int(np.sum(~_TOLERANCE.close_items(recorded[name], items[name]))):
            yield f"{_ITEMS}: {name} differs for {count} of {len(items[name])} items"
