"""Compute what the agents of an experiment may still cost, and what they have cost by its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.base.json_files import readable_object
from compiler.base.nested import value_at
from compiler.base.paths import Lab
from lab.collaboration.amounts import Amounts

NOTHING = Amounts()


def planned_model_cost(agents: Mapping[str, Any], currency: str | None) -> Amounts:
    """Return the maximum that the agents of one experiment can cost: the limits in their own budget.

    Without such a limit, with an unknown price or in another currency, the cost is unknown.
    """
    if agents.get("kind", "offline") != "openai":
        return NOTHING
    calls, cost = value_at(agents, "budget.calls"), value_at(agents, "budget.cost")
    rates = [value_at(agents, f"price.{name}") for name in ("input_per_million", "output_per_million", "currency")]
    is_priced = None not in rates and rates[-1] == currency
    return Amounts(
        model_calls=calls if _is_number(calls) else None, money=cost if is_priced and _is_number(cost) else None
    )


def recorded_model_cost(lab: Lab, experiment_id: str, planned: Amounts, currency: str | None) -> Amounts:
    """Return what the agents of an experiment have cost.

    Until the experiment has results, it is the planned cost. Later a missing ledger is unknown, because it was deleted,
    unless the agents ask no model.
    """
    ledger = readable_object(lab.ledger(experiment_id))
    if ledger is None:
        is_deleted = planned != NOTHING and lab.results_file(experiment_id).exists()
        return Amounts(model_calls=None, money=None) if is_deleted else planned
    recorded = _ledger_cost(ledger, currency)
    return recorded if lab.results_file(experiment_id).exists() else _larger(recorded, planned)


def _ledger_cost(ledger: Mapping[str, Any], currency: str | None) -> Amounts:
    calls, attempts = ledger.get("calls"), ledger.get("attempts")
    if not (isinstance(calls, int) and isinstance(attempts, int)):
        return Amounts(model_calls=None, money=None)
    requests, cost = max(calls, attempts), ledger.get("cost")
    is_known = _is_number(cost) and ledger.get("currency") == currency
    return Amounts(model_calls=requests, money=0.0 if not requests else cost if is_known else None)


def _larger(left: Amounts, right: Amounts) -> Amounts:
    calls = _maximum(left.model_calls, right.model_calls)
    return Amounts(model_calls=None if calls is None else int(calls), money=_maximum(left.money, right.money))


def _maximum(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else max(left, right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
