"""Report a failed training to Hydra."""

from __future__ import annotations

from hydra.errors import CompactHydraException


class RunFailed(CompactHydraException):
    """The training of a run failed. Hydra prints the message of a compact exception without a traceback."""

    def __init__(self, run: str, kind: str, message: str, folder: object) -> None:
        super().__init__(f"run {run} failed, {kind}: {message}; see {folder}")
        self.run, self.kind, self.message = run, kind, message
