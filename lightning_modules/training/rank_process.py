"""Run one of the other processes of a training on several devices: `python -m lightning_modules.training.rank_process`.

The first process sends a line of JSON, the `RankJob`, to the standard input and keeps it open. This process ends when
the standard input is closed, so it never outlives the first process. If the training fails, it writes the error as JSON
to its standard output.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lightning_modules.checkpoints.callback import periodic_checkpoint
from lightning_modules.checkpoints.store import CheckpointStore, SavedCheckpoint
from lightning_modules.failures.classify import describe_failure, failure_kind
from lightning_modules.recording.library_notices import suppress_lightning_notices
from lightning_modules.training.fit import fit_as_other_rank


@dataclass(frozen=True)
class RankJob:
    """The config of the training, and the checkpoints from which it resumes."""

    config: Mapping[str, Any]
    checkpoints: CheckpointStore | None

    def to_line(self) -> str:
        content = {"config": self.config, "checkpoints": self.checkpoints and asdict(self.checkpoints)}
        return json.dumps(content, default=str) + "\n"  # paths become strings

    @classmethod
    def from_line(cls, line: str) -> RankJob:
        content = json.loads(line)
        return cls(content["config"], _checkpoint_store(content["checkpoints"]))


def _checkpoint_store(content: Mapping[str, Any] | None) -> CheckpointStore | None:
    if content is None:
        return None
    last = SavedCheckpoint(**content["last"]) if content["last"] else None
    return CheckpointStore(Path(content["folder"]), content["run_id"], content["fingerprint"], last)


def main() -> int:
    job = RankJob.from_line(sys.stdin.readline())
    threading.Thread(target=_exit_with_first_process, daemon=True).start()
    answer, sys.stdout = sys.stdout, sys.stderr  # output of the model must not mix with the answer
    suppress_lightning_notices()
    try:
        with tempfile.TemporaryDirectory() as folder:
            callbacks = periodic_checkpoint(job.config, job.checkpoints, None)
            resume_from = job.checkpoints.path if job.checkpoints else None
            fit_as_other_rank(job.config, Path(folder), callbacks, resume_from)
    except (Exception, SystemExit) as raised:
        error = describe_failure(raised, "killed" if isinstance(raised, SystemExit) else failure_kind(raised))
        print(error.traceback, file=sys.stderr)
        print(json.dumps(asdict(error)), file=answer, flush=True)  # Python flushes only sys.stdout at exit
        return 1
    return 0


def _exit_with_first_process() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
