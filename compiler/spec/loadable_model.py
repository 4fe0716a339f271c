"""Check that a spec does not ask for a loaded model where Proband cannot build the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.base.diagnostics import Problem
from compiler.deliverables.deliverable import Deliverable
from compiler.python_source.training_kind import Kind


def loadable_model_problems(deliverables: Sequence[Deliverable], kind: Kind) -> Iterator[Problem]:
    """Yield checkpoints that are to be loaded. Only the class of a Lightning model tells how to build a model."""
    if kind == "lightning":
        return
    for index, deliverable in enumerate(deliverables):
        if deliverable.type == "model_checkpoint" and deliverable.validation == "exists_and_loadable":
            problem = f"a model that a {kind} trained can only be checked for existence"
            yield Problem(("experiment", "deliverables", index), problem, "write validation: exists")
