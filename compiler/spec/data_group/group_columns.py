"""Check that the data declare the columns by which a spec compares groups, and that the training records them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.group_gap import GroupGap
from compiler.python_source.base_classes import inherits_from_project, names_in_class
from compiler.python_source.modules import Modules
from compiler.python_source.training_kind import Kind
from compiler.spec.data_group.declaration import DataDeclaration

_SOURCE = "test_groups"


def unrecorded_group_problems(config: Mapping[str, Any], modules: Modules, kind: Kind) -> Iterator[Problem]:
    """Yield declared groups that no run of a config records, so that the metric is not evaluated by group."""
    data = config.get("data")
    if isinstance(data, Mapping) and data.get("groups") and (reason := _not_recorded(config, modules, kind)):
        yield Problem(("data", "groups"), f"are not recorded, because {reason}")


def group_column_problems(
    deliverables: Sequence[Deliverable],
    dataset: DataDeclaration | None,
    config: Mapping[str, Any],
    modules: Modules,
    kind: Kind,
) -> Iterator[Problem]:
    """Yield group gaps of columns that are not declared, or of trainings that record no groups."""
    for index, deliverable in enumerate(deliverables):
        if not isinstance(deliverable, GroupGap):
            continue
        if dataset is None or deliverable.column not in dataset.groups:
            name = f" '{dataset.name}'" if dataset and dataset.name else ""
            problem = f"the data group{name} declares no column '{deliverable.column}'"
            declared = dataset.groups if dataset else ()
            hint = did_you_mean(deliverable.column, declared) or f"write data: {{groups: [{deliverable.column}]}}"
            yield Problem(("experiment", "deliverables", index, "column"), problem, hint)
        elif reason := _not_recorded(config, modules, kind):
            yield Problem(("experiment", "deliverables", index), f"there is nothing to compare, because {reason}")


def _not_recorded(config: Mapping[str, Any], modules: Modules, kind: Kind) -> str:
    """Return why no run of a config records groups, "" if it may record some."""
    if kind != "lightning":
        return f"a {kind} records no groups of test items, which needs a training with Lightning"
    data = config.get("data")
    target = data.get("_target_") if isinstance(data, Mapping) else None
    try:
        if not isinstance(target, str) or not inherits_from_project(target, modules):
            return ""
        has_groups = _SOURCE in names_in_class(target, modules)
    except SyntaxError:
        return ""  # reported when the run id is computed
    return "" if has_groups else f"{target} has no {_SOURCE}"
