"""Check that the data declare the columns by which a spec compares groups, and that the training records them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.deliverables import group_gap
from compiler.deliverables.deliverable import Deliverable
from compiler.python_source.training_kind import Kind
from compiler.spec.data_group.declaration import DataDeclaration


def group_column_problems(
    deliverables: Sequence[Deliverable], dataset: DataDeclaration | None, kind: Kind
) -> Iterator[Problem]:
    """Yield group gaps of columns that are not declared, or of trainings that record no test items."""
    for index, deliverable in enumerate(deliverables):
        if not isinstance(deliverable, group_gap.GroupGap):
            continue
        if kind != "lightning":
            problem = f"a {kind} records no groups of test items, so there is nothing to compare"
            yield Problem(("experiment", "deliverables", index), problem, "train with Lightning")
        elif dataset is None or deliverable.column not in dataset.groups:
            name = f" '{dataset.name}'" if dataset and dataset.name else ""
            problem = f"the data group{name} declares no column '{deliverable.column}'"
            declared = dataset.groups if dataset else ()
            hint = did_you_mean(deliverable.column, declared) or f"write data: {{groups: [{deliverable.column}]}}"
            yield Problem(("experiment", "deliverables", index, "column"), problem, hint)
