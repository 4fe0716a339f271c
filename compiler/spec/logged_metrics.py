"""Which metrics a training writes, read from the source of its model."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.deliverables.deliverable import Deliverable
from compiler.python_source.modules import Module, Modules
from compiler.spec.schema import Spec

# What the training job itself writes into metrics.json and eval_results.json.
ALWAYS = frozenset({"train_loss", "eval_loss", "final_accuracy", "best_accuracy", "accuracy", "epochs", "steps"})
_LOGGING = frozenset({"log", "log_dict"})
_FIRST = frozenset({"name", "dictionary"})  # what their first argument is called


def logged_metrics(model: Any, modules: Modules) -> frozenset[str] | None:
    """Names that the model's own code logs, and those every training writes; None when code cannot tell."""
    target = model.get("_target_") if isinstance(model, Mapping) else None
    module_name = target.rpartition(".")[0] if isinstance(target, str) else ""
    module = modules.find(module_name) if module_name else None
    if module is None or not module.is_project:
        return None
    names: set[str] = set(ALWAYS)
    try:
        parts = modules.closure([module_name]).values()
    except SyntaxError:
        return None  # told where the run is made
    for part in parts:
        logged = _logged(part)
        if logged is None:
            return None
        names |= logged
    return frozenset(names)


def metric_problems(spec: Spec, deliverables: tuple[Deliverable, ...], written: frozenset[str]) -> Iterator[Problem]:
    """Metrics that the spec promises or compares and that the training never writes."""
    wanted: list[tuple[tuple[str | int, ...], str]] = []
    if spec.compare is not None:
        wanted.append((("experiment", "compare", "metric"), spec.compare.metric))
    if spec.search is not None and spec.search.metric is not None:
        wanted.append((("experiment", "search", "metric"), spec.search.metric))
    for index, one in enumerate(deliverables):
        for field, metric in one.metrics().items():
            keys = tuple(int(key) if key.isdigit() else key for key in field.split("."))
            wanted.append((("experiment", "deliverables", index, *keys), metric))
    for at, metric in wanted:
        if metric not in written:
            yield Problem(at, f"the training never writes '{metric}'", did_you_mean(metric, written))


def _logged(module: Module) -> set[str] | None:
    """Literal names passed to `self.log` and `self.log_dict`; None when a name is computed."""
    names: set[str] = set()
    for node in ast.walk(module.tree):
        if not _logs(node):
            continue
        first = (node.args or [one.value for one in node.keywords if one.arg in _FIRST])[0]
        keys = first.keys if isinstance(first, ast.Dict) else [first]
        for key in keys:
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                return None
            names |= {key.value, f"{key.value}_step", f"{key.value}_epoch"}
    return names


def _logs(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether this is `self.log(…)` or `self.log_dict(…)`."""
    return (
        isinstance(node, ast.Call)
        and (bool(node.args) or any(one.arg in _FIRST for one in node.keywords))
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _LOGGING
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
    )
