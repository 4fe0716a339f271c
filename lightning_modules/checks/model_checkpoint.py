"""`model_checkpoint`: the saved weights load into the model that was compiled, and it predicts what was recorded."""

from __future__ import annotations

from typing import Any

from compiler.deliverables.evidence import Evidence, Finding
from lightning_modules.checkpoints.final_model import MODEL, SAMPLE, BadCheckpoint, Replay, replay
from lightning_modules.checks.recorded import altered_file
from lightning_modules.failures.classify import failure_kind
from lightning_modules.failures.kinds import is_transient


def check(evidence: Evidence, spec: Any) -> Finding:
    """Builds the model anew from the compiled config, loads the weights, repeats the recorded prediction.

    Raises only what says nothing of the evidence: no memory, no such library.
    """
    missing = [name for name in (MODEL, SAMPLE) if not (evidence.folder / spec.path / name).is_file()]
    if missing:
        return Finding(False, f"{spec.path} lacks {' and '.join(missing)}")
    if altered := altered_file(evidence.folder, spec.path):
        return Finding(False, f"{altered} is not the file that the training wrote")
    try:
        return _finding(spec.path, replay(evidence.config["model"], evidence.folder / spec.path))
    except BadCheckpoint as error:
        return Finding(False, f"{spec.path}: {error}")
    except Exception as error:  # whatever the model's code raises when it is fed damaged evidence
        if is_transient(failure_kind(error)):
            raise
        return Finding(False, f"{spec.path}: the model cannot be rebuilt: {type(error).__name__}: {error}")


def _finding(path: str, found: Replay) -> Finding:
    verb = "repeats" if found.close else "does not repeat"
    prediction = f"the recorded prediction of shape {found.shape}; largest deviation {found.deviation:.3g}"
    return Finding(found.close, f"{path} loads and {verb} {prediction}")
