"""Find the metrics that a training writes, from the source of its model."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.nested import Keys
from compiler.deliverables.deliverable import Deliverable
from compiler.python_source.modules import Module, Modules
from compiler.spec.schema import Spec

# Metrics that the training job itself writes to metrics.json and eval_results.json.
ALWAYS_WRITTEN = frozenset(
    {"train_loss", "eval_loss", "final_accuracy", "best_accuracy", "accuracy", "epochs", "steps"}
)
_LOG_METHODS = frozenset({"log", "log_dict"})
_FIRST_PARAMETERS = frozenset({"name", "dictionary"})  # of `log` and of `log_dict`


def logged_metrics(model: Any, modules: Modules) -> frozenset[str] | None:
    """Return the metrics that every training writes and those that the model logs.

    Return None if the source does not list them all: the model is not project code, or computes the name of a metric.
    """
    target = model.get("_target_") if isinstance(model, Mapping) else None
    module_name = target.rpartition(".")[0] if isinstance(target, str) else ""
    module = modules.find(module_name) if module_name else None
    if module is None or not module.is_project:
        return None
    names: set[str] = set(ALWAYS_WRITTEN)
    try:
        executed_modules = modules.closure([module_name]).values()
    except SyntaxError:
        return None  # reported when the run id is computed
    for executed_module in executed_modules:
        logged_names = _logged_names(executed_module)
        if logged_names is None:
            return None
        names |= logged_names
    return frozenset(names)


def unlogged_metric_problems(
    spec: Spec, deliverables: tuple[Deliverable, ...], written: frozenset[str]
) -> Iterator[Problem]:
    """Yield metrics that the spec uses and the training never writes."""
    for key_path, metric in _used_metrics(spec, deliverables):
        if metric not in written:
            yield Problem(key_path, f"the training never writes '{metric}'", did_you_mean(metric, written))


def _used_metrics(spec: Spec, deliverables: tuple[Deliverable, ...]) -> Iterator[tuple[Keys, str]]:
    if spec.compare is not None:
        yield ("experiment", "compare", "metric"), spec.compare.metric
    for index, claim in enumerate(spec.claims):
        if claim.metric is not None:
            yield ("experiment", "claims", index, "metric"), claim.metric
    if spec.search is not None and spec.search.metric is not None:
        yield ("experiment", "search", "metric"), spec.search.metric
    for index, deliverable in enumerate(deliverables):
        for field, metric in deliverable.metrics().items():
            keys = tuple(int(key) if key.isdigit() else key for key in field.split("."))
            yield ("experiment", "deliverables", index, *keys), metric


def _logged_names(module: Module) -> set[str] | None:
    """Return the names passed to `self.log` and `self.log_dict`, or None if one of them is not a literal."""
    names: set[str] = set()
    for node in ast.walk(module.tree):
        if not _is_log_call(node):
            continue
        named_arguments = [keyword.value for keyword in node.keywords if keyword.arg in _FIRST_PARAMETERS]
        first_argument = (node.args or named_arguments)[0]
        keys = first_argument.keys if isinstance(first_argument, ast.Dict) else [first_argument]
        for key in keys:
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                return None
            names |= {key.value, f"{key.value}_step", f"{key.value}_epoch"}
    return names


def _is_log_call(node: ast.AST) -> TypeGuard[ast.Call]:
    """Return whether a node is a call of `self.log` or `self.log_dict` with a name or a dictionary."""
    return (
        isinstance(node, ast.Call)
        and (bool(node.args) or any(keyword.arg in _FIRST_PARAMETERS for keyword in node.keywords))
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _LOG_METHODS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
    )
