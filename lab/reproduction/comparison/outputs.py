"""Compare all outputs of two trainings: their metrics, predictions and weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from compiler.runs.run_status import Artifact, RunStatus
from compiler.tracking.choice import TRACKERS
from lab.reproduction.comparison.array_files import compare_arrays
from lab.reproduction.comparison.byte_files import compare_bytes
from lab.reproduction.comparison.deviation import Comparison, Deviation, FileComparison, Part
from lab.reproduction.comparison.metric_files import compare_history, compare_json
from rules.verification.tolerance import Tolerance

Compare = Callable[[Path, Path, Tolerance], FileComparison]


def _compare_weights(recorded: Path, repeated: Path, tolerance: Tolerance) -> FileComparison:
    from lab.reproduction.comparison.weight_files import compare_weights  # imports torch, which takes seconds

    return compare_weights(recorded, repeated, tolerance)


_BY_PATH: Mapping[str, tuple[Part, Compare]] = {
    "output/metrics.json": ("metrics", compare_json),
    "output/eval_results.json": ("metrics", compare_json),
    "output/history.csv": ("metrics", compare_history),
}
_BY_SUFFIX: Mapping[str, tuple[Part, Compare]] = {
    ".npz": ("predictions", compare_arrays),
    ".npy": ("predictions", compare_arrays),
    **dict.fromkeys((".safetensors", ".pt", ".pth", ".bin", ".ckpt"), ("weights", _compare_weights)),
    **dict.fromkeys((".joblib", ".pkl"), ("weights", compare_bytes)),
}
# Times, memory and the log of a tracker, which are different in each training.
_OUTPUT = "output/"
_CHANGING = ("output/system_metrics.json", "output/tracking.json", *(f"output/{name}/" for name in TRACKERS))
_MAX_LISTED = 5


def compare_outputs(
    recorded: tuple[Path, RunStatus], repeated: tuple[Path, RunStatus], tolerance: Tolerance
) -> Comparison:
    """Compare the outputs of two completed runs, each given as its folder and its status.

    A file in another format than those of metrics, predictions and weights is only named if its bytes differ.
    """
    compared: Counter[str] = Counter()
    deviations: list[Deviation] = []
    others: list[str] = []
    for path in _paths(recorded[1], repeated[1]):
        old, new = recorded[1].artifacts.get(path), repeated[1].artifacts.get(path)
        kind = _BY_PATH.get(path) or _BY_SUFFIX.get(PurePosixPath(path).suffix)
        if kind is None:
            others += [] if _has_equal_bytes(old, new) else [path]
            continue
        part, compare = kind
        comparison = _compared(path, (recorded[0], old), (repeated[0], new), compare, tolerance)
        compared[part] += comparison.count
        deviations += comparison.deviations
    return Comparison(dict(compared), tuple(deviations), tuple(_other_files(others)))


def _compared(
    path: str,
    recorded: tuple[Path, Artifact | None],
    repeated: tuple[Path, Artifact | None],
    compare: Compare,
    tolerance: Tolerance,
) -> FileComparison:
    if recorded[1] is None or repeated[1] is None:
        where = "the record" if recorded[1] is None else "the repeated training"
        return FileComparison(0, (Deviation(f"{path} is missing in {where}", False),))
    try:
        return compare(recorded[0] / path, repeated[0] / path, tolerance)
    except Exception as error:  # a training can write anything under any name
        if _has_equal_bytes(recorded[1], repeated[1]):
            return FileComparison(1)
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        return FileComparison(1, (Deviation(f"{path}: the bytes differ, and it cannot be read ({reason})", False),))


def _paths(recorded: RunStatus, repeated: RunStatus) -> list[str]:
    paths = {*recorded.artifacts, *repeated.artifacts}
    return sorted(path for path in paths if path.startswith(_OUTPUT) and not path.startswith(_CHANGING))


def _has_equal_bytes(recorded: Artifact | None, repeated: Artifact | None) -> bool:
    return recorded is not None and recorded == repeated


def _other_files(paths: list[str]) -> list[str]:
    if not paths:
        return []
    more = f" and {len(paths) - _MAX_LISTED} more" if len(paths) > _MAX_LISTED else ""
    return [f"not compared, although the bytes differ: {', '.join(paths[:_MAX_LISTED])}{more}"]
