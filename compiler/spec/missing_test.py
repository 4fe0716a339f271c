"""Check that a spec with a threshold on the test split has a model and data that can be tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.deliverables.deliverable import Deliverable
from compiler.python_source.base_classes import inherits_from_project, names_in_class
from compiler.python_source.modules import Modules

_STEP, _LOADER = "test_step", "test_dataloader"


def missing_test_problems(
    deliverables: Sequence[Deliverable], config: Mapping[str, Any], modules: Modules
) -> Iterator[Problem]:
    """Yield thresholds on the test split of a Lightning training whose source shows that it has no test."""
    try:
        reason = _missing_test(config, modules)
    except SyntaxError:
        return  # reported when the run id is computed
    for index, deliverable in enumerate(deliverables) if reason else ():
        if deliverable.type == "evaluation_results" and deliverable.validation == "threshold":
            hint = "use training_metrics for a metric of the training or the validation"
            yield Problem(("experiment", "deliverables", index, "metric"), f"needs a test, but {reason}", hint)


def _missing_test(config: Mapping[str, Any], modules: Modules) -> str:
    """Return what is missing, "" if nothing is, or if the source does not show it."""
    model, data = _target(config.get("model")), _target(config.get("data"))
    if not model or not inherits_from_project(model, modules):
        return ""
    of_model = names_in_class(model, modules)
    if _STEP not in of_model:
        return f"{model} has no {_STEP}"
    if not data or not inherits_from_project(data, modules) or _LOADER in of_model | names_in_class(data, modules):
        return ""
    return f"{data} has no {_LOADER}"


def _target(node: Any) -> str:
    target = node.get("_target_") if isinstance(node, Mapping) else None
    return target if isinstance(target, str) else ""
