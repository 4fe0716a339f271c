"""Find deliverable types by name: shipped, from an entry point, or as `module:attr`."""

from __future__ import annotations

from importlib.metadata import entry_points
from pkgutil import resolve_name

from compiler.deliverables import (
    comparison,
    completed_runs,
    config,
    evaluation_results,
    files,
    group_gap,
    report,
    safety_checks,
    training_metrics,
    wandb_run,
)
from compiler.deliverables.deliverable import DeliverableType

ENTRY_POINTS = "proband.deliverables"
_SHIPPED = (
    completed_runs.TYPE,
    wandb_run.TYPE,
    wandb_run.TRACKED_RUN,
    files.MODEL_CHECKPOINT,
    files.TOKENIZER,
    config.TYPE,
    training_metrics.TYPE,
    evaluation_results.TYPE,
    group_gap.TYPE,
    safety_checks.TYPE,
    files.SYSTEM_METRICS,
    files.PLOT,
    report.TYPE,
    comparison.TYPE,
)
SHIPPED = {kind.name: kind for kind in _SHIPPED}


class UnknownDeliverableType(Exception):
    """No type has this name, or the object with this name is not a type. `hint` may name a similar one."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.hint = hint


def deliverable_type(name: str) -> DeliverableType:
    """Return the type called `name`.

    Raises:
        UnknownDeliverableType: There is no such type, or it cannot be imported.
    """
    if name in SHIPPED:
        return SHIPPED[name]
    try:
        kind = resolve_name(name) if ":" in name else _load_installed(name)
    except Exception as error:  # a user's module may raise anything when it is imported
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnknownDeliverableType(f"type '{name}' cannot be imported: {reason}") from error
    if not isinstance(kind, DeliverableType):
        raise UnknownDeliverableType(f"unknown type '{name}'")
    return kind


def installed_names() -> list[str]:
    return [*SHIPPED, *(point.name for point in entry_points(group=ENTRY_POINTS))]


def _load_installed(name: str) -> object:
    return next((point.load() for point in entry_points(group=ENTRY_POINTS, name=name)), None)
