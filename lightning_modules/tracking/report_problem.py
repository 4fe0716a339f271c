"""Report what a tracker did not do: on the standard error of the training, and in the folder of the run."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

from compiler.base.redaction import redact_keys
from compiler.tracking.choice import tracker_name
from compiler.tracking.record import Stage, TrackingProblem, write_problem
from lightning_modules.tracking.tracker import RunToTrack, TrackerFailed

_MAX_REASON = 500  # characters
_CONSEQUENCES = {"start": "the run is logged offline", "training": "its log is written after the training"}


@dataclass(frozen=True)
class ProblemReport:
    """The problems of one run. `mode` is the mode that the config asks for."""

    run: RunToTrack
    mode: str

    def add(self, stage: Stage, error: Exception, log_complete: bool = True) -> None:
        """Print a problem, and record it if it is the first of the run."""
        text = str(error) if isinstance(error, TrackerFailed) else f"{type(error).__name__}: {error}"
        reason = without_key(" ".join(text.split()))[:_MAX_REASON]
        now = datetime.now(UTC).isoformat()
        tracker = tracker_name(self.run.config)
        write_problem(self.run.folder, TrackingProblem(tracker, self.mode, stage, reason, now, log_complete))
        consequence = _CONSEQUENCES.get(stage, "the local log is kept") if log_complete else "there is no log"
        print(f"tracking: {reason} (the training is not affected; {consequence})", file=sys.stderr)


def without_key(text: str) -> str:
    """Return a message of a tracker without keys. W&B's key has no common format, so it is also replaced literally."""
    key = os.environ.get("WANDB_API_KEY")
    return redact_keys(text.replace(key, "<key>") if key else text)
