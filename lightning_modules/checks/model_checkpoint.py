"""Check a `model_checkpoint`: its weights load into the compiled model, which repeats the recorded prediction."""

from __future__ import annotations

from typing import Any

from compiler.deliverables.check import CheckResult, FinishedRun
from lightning_modules.checkpoints.final_model import (
    MODEL,
    SAMPLE,
    BadCheckpoint,
    PredictionComparison,
    compare_prediction,
)
from lightning_modules.checks.file_hashes import altered_file
from lightning_modules.failures.classify import failure_kind
from lightning_modules.failures.kinds import is_transient


def check(run: FinishedRun, spec: Any) -> CheckResult:
    """Check the files against their hashes, then load the model from the compiled config and compare its prediction.

    Raises:
        Exception: The machine failed, for example because of missing memory or a missing library. The check then has
            no result.
    """
    missing = [name for name in (MODEL, SAMPLE) if not (run.folder / spec.path / name).is_file()]
    if missing:
        return CheckResult(False, f"{spec.path} lacks {' and '.join(missing)}")
    if altered := altered_file(run.folder, spec.path):
        return CheckResult(False, f"{altered} is missing or was changed after the training")
    try:
        return _result(spec.path, compare_prediction(run.config["model"], run.folder / spec.path))
    except BadCheckpoint as error:
        return CheckResult(False, f"{spec.path}: {error}")
    except Exception as error:  # damaged files can make the code of the model raise anything
        if is_transient(failure_kind(error)):
            raise
        return CheckResult(False, f"{spec.path}: the model cannot be rebuilt: {type(error).__name__}: {error}")


def _result(path: str, comparison: PredictionComparison) -> CheckResult:
    if comparison.reason:
        return CheckResult(True, f"{path} loads; no prediction was recorded to compare: {comparison.reason}")
    verb = "repeats" if comparison.is_close else "does not repeat"
    shapes = ", ".join(map(str, comparison.shapes))
    prediction = f"the recorded prediction of shape {shapes}"
    return CheckResult(
        comparison.is_close, f"{path} loads and {verb} {prediction}; largest deviation {comparison.deviation:.3g}"
    )
