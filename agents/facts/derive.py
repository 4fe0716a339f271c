"""Compute new facts from existing ones with a fixed list of operations. Language models may request these."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.facts.builder import function_name
from agents.facts.fact import Fact

_NOT_A_QUANTITY = frozenset({"p", "seed", "text", "level"})  # units that cannot be calculated with
Values = Sequence[float]


class UnknownOperation(ValueError):
    """Raised for an operation that is not in `OPERATIONS`."""


class UnusableFacts(ValueError):
    """Raised for facts that an operation cannot be applied to."""


def difference(values: Values) -> float:
    return values[0] - values[1]


def ratio(values: Values) -> float:
    return values[0] / values[1]


def percent_change(values: Values) -> float:
    return 100 * (values[0] - values[1]) / abs(values[1])


def mean(values: Values) -> float:
    return statistics.fmean(values)


def minimum(values: Values) -> float:
    return min(values)


def maximum(values: Values) -> float:
    return max(values)


def count(values: Values) -> int:
    return len(values)


@dataclass(frozen=True)
class _Operation:
    """`n_facts` is the required number of facts, None for one or more. `unit` is None for the unit of the facts."""

    compute: Callable[[Values], float]
    label: str
    n_facts: int | None = None
    unit: str | None = None


_OPERATIONS = {
    operation.compute.__name__: operation
    for operation in (
        _Operation(difference, "{0} minus {1}", n_facts=2),
        _Operation(ratio, "{0} divided by {1}", n_facts=2, unit=""),
        _Operation(percent_change, "change of {0} relative to {1}", n_facts=2, unit="percent"),
        _Operation(mean, "mean of {all}"),
        _Operation(minimum, "smallest of {all}"),
        _Operation(maximum, "largest of {all}"),
        _Operation(count, "number of {all}", unit="count"),
    )
}
OPERATIONS = tuple(_OPERATIONS)


def derive(operation: str, fact_ids: Sequence[str], facts: Mapping[str, Fact]) -> Fact:
    """Apply `operation` to the facts with these ids, in this order. `difference` is the first minus the second.

    All facts need the same unit, which is that of the result. A ratio has no unit, and a change is in percent.

    Raises:
        UnknownOperation: The operation is not in `OPERATIONS`.
        UnusableFacts: An id is unknown or repeated, the number of facts is wrong, a value is text or missing, the units
            differ, or a divisor is zero.
    """
    if operation not in _OPERATIONS:
        raise UnknownOperation(f"'{operation}' is not an operation; choose one of {', '.join(OPERATIONS)}")
    chosen, entry = _chosen_facts(fact_ids, facts), _OPERATIONS[operation]
    if entry.n_facts not in (None, len(chosen)):
        raise UnusableFacts(f"{operation} takes {entry.n_facts} facts, got {len(chosen)}")
    if operation == "count":
        values, n = [1.0] * len(chosen), len(chosen)
    else:
        _check_units(operation, chosen)
        values, n = [_number(fact) for fact in chosen], sum(fact.n for fact in chosen)
    return Fact(
        id=f"derived.{operation}[{','.join(fact_ids)}]",
        value=_compute(operation, values),
        unit=chosen[0].unit if entry.unit is None else entry.unit,
        n=n,
        subject="|".join(dict.fromkeys(fact.subject for fact in chosen)),
        label=entry.label.format(*fact_ids, all=", ".join(fact_ids)),
        source=chosen[0].source,
        function=function_name(entry.compute),
        inputs=tuple(fact_ids),
        is_post_hoc=True,
        is_prediction=any(fact.is_prediction for fact in chosen),
    )


def _chosen_facts(fact_ids: Sequence[str], facts: Mapping[str, Fact]) -> list[Fact]:
    unknown = [fact_id for fact_id in fact_ids if fact_id not in facts]
    if unknown:
        raise UnusableFacts(f"there is no fact {', '.join(map(repr, unknown))}")
    if not fact_ids or len(set(fact_ids)) < len(fact_ids):
        raise UnusableFacts("give one or more facts, each id once")
    return [facts[fact_id] for fact_id in fact_ids]


def _check_units(operation: str, facts: Sequence[Fact]) -> None:
    units = {fact.unit for fact in facts}
    excluded = units & _NOT_A_QUANTITY
    if excluded:
        raise UnusableFacts(f"{operation}: a fact with unit {', '.join(sorted(excluded))} cannot be calculated with")
    if len(units) > 1:
        raise UnusableFacts(f"{operation} needs facts of one unit, got {', '.join(map(repr, sorted(units)))}")


def _number(fact: Fact) -> float:
    if isinstance(fact.value, bool) or not isinstance(fact.value, int | float):
        raise UnusableFacts(f"the value of '{fact.id}' is not a number: {fact.value!r}")
    return float(fact.value)


def _compute(operation: str, values: Values) -> float:
    try:
        value = _OPERATIONS[operation].compute(values)
    except ZeroDivisionError:
        raise UnusableFacts(f"{operation}: the second fact is zero") from None
    if not math.isfinite(value):
        raise UnusableFacts(f"{operation}: the result is not a finite number")
    return value
