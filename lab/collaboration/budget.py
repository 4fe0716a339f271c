"""Check that a proposal fits into what is left of the budget of the lab."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.view.training_cost import training_cost
from lab.collaboration.amounts import Amounts
from lab.collaboration.compiled_proposal import CompiledProposal
from lab.collaboration.model_cost import planned_model_cost
from lab.collaboration.policy import Budget

_UNITS = {"runs": "runs", "hours": "hours of training", "model_calls": "requests to a language model", "money": ""}


def proposal_cost(lab: Lab, plan: Plan, parent: str, proposal: CompiledProposal, currency: str | None) -> Amounts:
    """Return what a proposal would cost: the runs that have not finished, and the maximum of its agents.

    Its hours are estimated by the finished runs of its parent, and unknown without one.
    """
    new = [run for run in proposal.runs if not lab.status(run).is_file()]
    seconds = training_cost(lab, plan, parent, new).seconds
    hours = 0.0 if not new else None if seconds is None else len(new) * seconds / 3600
    agents = planned_model_cost(proposal.experiment.agents, currency)
    return Amounts(len(new), hours, agents.model_calls, agents.money)


def budget_problems(spent: Amounts, cost: Amounts, budget: Budget) -> Iterator[str]:
    """Yield the limits that a proposal would exceed. An unknown cost exceeds every limit."""
    for name, unit in _UNITS.items():
        limit, price, before = getattr(budget, name), getattr(cost, name), getattr(spent, name)
        unit = unit or budget.currency or "of any currency"
        if price == 0:
            continue
        if price is None:
            yield f"its {unit} cannot be estimated, so that {_limit(name, limit)} cannot be kept"
        elif before is None:
            yield f"the {unit} spent so far are unknown, so that {_limit(name, limit)} cannot be kept"
        elif before + price > limit:
            yield f"{price:g} {unit} beside the {before:g} of before exceed {_limit(name, limit)}"


def generation_problem(generation: int, budget: Budget) -> str:
    """Return why a proposal is too far from the experiment of a person, "" if it is not."""
    if generation <= budget.generations:
        return ""
    return f"generation {generation} exceeds {_limit('generations', budget.generations)}"


def _limit(name: str, limit: float) -> str:
    return f"collaboration.budget.{name} = {limit:g}"
