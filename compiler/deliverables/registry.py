"""Finds a deliverable type by its name: shipped, from an entry point, or as `module:attr`."""

from __future__ import annotations

from importlib.metadata import entry_points
from pkgutil import resolve_name

from compiler.deliverables import comparison, config, evaluation_results, files, report, training_metrics, wandb_run
from compiler.deliverables.deliverable import DeliverableType

ENTRY_POINTS = "proband.deliverables"
_SHIPPED = (
    wandb_run.TYPE,
    files.MODEL_CHECKPOINT,
    files.TOKENIZER,
    config.TYPE,
    training_metrics.TYPE,
    evaluation_results.TYPE,
    files.SYSTEM_METRICS,
    files.PLOT,
    report.TYPE,
    comparison.TYPE,
)
SHIPPED = {kind.name: kind for kind in _SHIPPED}


class UnknownDeliverableType(Exception):
    """No type of that name is shipped or installed, or what was found is not a type."""


def deliverable_type(name: str) -> DeliverableType:
    """The type called `name`.

    Raises:
        UnknownDeliverableType: there is none, or it cannot be imported.
    """
    if name in SHIPPED:
        return SHIPPED[name]
    try:
        found = resolve_name(name) if ":" in name else _installed(name)
    except Exception as error:  # the module is a user's: importing it may raise anything
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnknownDeliverableType(f"type '{name}' cannot be imported: {reason}") from error
    if not isinstance(found, DeliverableType):
        raise UnknownDeliverableType(f"unknown type '{name}'")
    return found


def installed_names() -> list[str]:
    return [*SHIPPED, *(point.name for point in entry_points(group=ENTRY_POINTS))]


def _installed(name: str) -> object:
    return next((point.load() for point in entry_points(group=ENTRY_POINTS, name=name)), None)
