"""Find the metrics that a training writes, from the source of its model and its callbacks."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.metric_split import base_name
from compiler.base.nested import Keys
from compiler.deliverables.deliverable import Deliverable
from compiler.python_source.base_classes import inherits_from_project, is_quiet_library
from compiler.python_source.log_calls import logged_names
from compiler.python_source.modules import Modules
from compiler.spec.schema import Spec

ALWAYS_WRITTEN = frozenset({"epochs", "steps"})
# Metrics that the training job computes from a logged metric.
DERIVED = {"eval_accuracy": frozenset({"final_accuracy", "best_accuracy"})}
_ENDINGS = ("_step", "_epoch")  # Lightning adds them to a metric that is logged per step and per epoch


def logged_metrics(config: Mapping[str, Any], modules: Modules) -> frozenset[str] | None:
    """Return the metrics that the trainings of a config write, without the endings that Lightning adds.

    Return None if the source does not list them all: the model is not a class of the project, inherits from another
    library, or computes the name of a metric.
    """
    targets = [_target(config.get("model")), *_callback_targets(config)]
    try:
        if not all(inherits_from_project(target, modules) for target in targets):
            return None
        names = logged_names(modules.closure([target.rpartition(".")[0] for target in targets]).values())
    except SyntaxError:
        return None  # reported when the run id is computed
    if names is None:
        return None
    return names.union(ALWAYS_WRITTEN, *(derived for name, derived in DERIVED.items() if name in names))


def unwritten_metric(name: str) -> str:
    """Return the problem of a metric that the training never writes."""
    return f"the training never writes '{name}'"


def unlogged_metric_problems(
    spec: Spec, deliverables: tuple[Deliverable, ...], written: frozenset[str]
) -> Iterator[Problem]:
    """Yield metrics that the spec uses and the training never writes."""
    for key_path, metric in used_metrics(spec, deliverables):
        if not is_written(metric, written):
            yield Problem(key_path, unwritten_metric(metric), did_you_mean(metric, written))


def is_written(metric: str, written: Container[str]) -> bool:
    """Return whether a metric is one of those written, under the name that Lightning gives it."""
    name = base_name(metric)
    return any(known in written for known in (metric, name, *(name.removesuffix(ending) for ending in _ENDINGS)))


def used_metrics(spec: Spec, deliverables: tuple[Deliverable, ...]) -> Iterator[tuple[Keys, str]]:
    """Yield the key of every metric that a spec uses, and its name."""
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


def _target(node: Any) -> str:
    target = node.get("_target_") if isinstance(node, Mapping) else None
    return target if isinstance(target, str) else ""


def _callback_targets(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield the callbacks of the project. They can log through the model."""
    trainer = config.get("trainer")
    for node in (config.get("callbacks"), trainer.get("callbacks") if isinstance(trainer, Mapping) else None):
        callbacks = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
        for target in map(_target, callbacks):
            if target and not is_quiet_library(target):
                yield target
