"""The names that labs import to write their own deliverable types. They stay importable from here."""

from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists

__all__ = (
    "CheckResult",
    "Deliverable",
    "DeliverableType",
    "FinishedRun",
    "UnreadableArtifact",
    "exists",
    "read_object",
)
