"""A failed training, as programs of Hydra's are told of it."""

from __future__ import annotations

from hydra.errors import CompactHydraException


class RunFailed(CompactHydraException):
    """The training of a run failed. Compact: Hydra prints its text, and no traceback of the program around it."""

    def __init__(self, run: str, kind: str, message: str, place: object) -> None:
        super().__init__(f"run {run} failed, {kind}: {message}; see {place}")
        self.run, self.kind, self.message = run, kind, message
