"""Replace metrics that a training does not write by the names that it uses for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compiler.base.diagnostics import Diagnostic
from compiler.spec.logged_metrics import unwritten_metric

_LISTS = ("required_keys", "required_metrics")
_TEXT = "metric"


def unwritten_names(diagnostics: Iterable[Diagnostic], metrics: Mapping[str, str]) -> dict[str, str]:
    """Return the metrics of the table that the compiler did not find in the training, with their other names."""
    problems = {diagnostic.problem for diagnostic in diagnostics}
    return {name: other for name, other in metrics.items() if unwritten_metric(name) in problems}


def with_metric_names(node: Any, names: Mapping[str, str]) -> Any:
    """Return an `experiment:` node in which metrics have other names. Texts of other fields are unchanged."""
    if isinstance(node, list):
        return [with_metric_names(item, names) for item in node]
    if not isinstance(node, Mapping):
        return node
    return {key: _renamed(key, value, names) for key, value in node.items()}


def _renamed(key: str, value: Any, names: Mapping[str, str]) -> Any:
    if key == _TEXT and isinstance(value, str):
        return names.get(value, value)
    if key in _LISTS and isinstance(value, list):
        return [names.get(item, item) if isinstance(item, str) else item for item in value]
    return with_metric_names(value, names)
