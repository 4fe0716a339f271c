"""Find the experiments that run without a person's approval: those whose costs count for the budget."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from compiler.plan.model import Plan
from lab.approvals.decision import Decision
from lab.approvals.decisions import Decisions


@dataclass(frozen=True)
class Admitted:
    """An experiment that the policy has admitted. `recorded` are the costs in its decisions, by name.

    Without a decision, it is a proposal in `conf/experiment/` that no person has approved. It counts as well, so that
    deleting a decision does not refill the budget.
    """

    name: str
    decisions: tuple[Decision, ...] = ()

    def recorded(self, name: str) -> float | None:
        """Return the sum of a cost over the decisions, None if one does not have it."""
        amounts = [_number(decision.answers.get(name)) for decision in self.decisions]
        return None if not amounts or None in amounts else sum(amount for amount in amounts if amount is not None)


def admitted_experiments(plan: Plan, decisions: Decisions, placed: Collection[str] = ()) -> tuple[Admitted, ...]:
    """Return the experiments whose costs count for the budget, in the order of their names.

    Args:
        placed: the experiments whose specs are proposals byte for byte. Their texts may leave out their lineage.
    """
    by_name: dict[str, list[Decision]] = {}
    approved = set()
    for decision in decisions.recorded:
        for name in {subject.name for subject in decision.subjects if subject.kind in ("proposal", "experiment")}:
            if decision.outcome == "admitted":
                by_name.setdefault(name, []).append(decision)
            elif decision.outcome == "approved":
                approved.add(name)
    names = {*by_name, *(name for name in {*_proposed(plan), *placed} if name not in approved)}
    return tuple(Admitted(name, tuple(by_name.get(name, ()))) for name in sorted(names))


def _proposed(plan: Plan) -> Iterator[str]:
    """Yield the experiments of the lab whose specs were proposals."""
    for name, experiment in plan.experiments.items():
        if experiment.is_own and experiment.spec.get("metadata", {}).get("lineage"):
            yield name


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
