"""New facts of old ones, by the operations named here and no other. What a language model may ask to be computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from agents.facts.fact import Fact


class UnknownOperation(ValueError):
    """An operation that is not on the list."""


class UnusableFacts(ValueError):
    """Facts that an operation cannot be applied to, and why."""


@dataclass(frozen=True)
class _Operation:
    """`unit` of the result where it is not that of the facts; `takes` None: one or more."""

    words: str
    compute: Callable[[Sequence[float]], float]
    takes: int | None = None
    unit: str | None = None


_OPERATIONS = {
    "difference": _Operation("{0} minus {1}", lambda values: values[0] - values[1], takes=2),
    "ratio": _Operation("{0} divided by {1}", lambda values: values[0] / values[1], takes=2, unit=""),
    "percent_change": _Operation(
        "change of {0} against {1}",
        lambda values: 100 * (values[0] - values[1]) / abs(values[1]),
        takes=2,
        unit="percent",
    ),
    "mean": _Operation("mean of {all}", fmean),
    "minimum": _Operation("smallest of {all}", min),
    "maximum": _Operation("largest of {all}", max),
    "count": _Operation("number of {all}", len, unit="count"),
}
_NO_QUANTITY = frozenset({"p", "seed", "text", "level"})
OPERATIONS = tuple(_OPERATIONS)


def derive(operation: str, names: Sequence[str], facts: Mapping[str, Fact]) -> Fact:
    """`operation` over the facts called `names`; the first is what is asked about, the second what it is held against.

    The result has one unit, so those of the facts must agree; a ratio has none, a change is in percent.

    Raises:
        UnknownOperation: see `OPERATIONS`.
        UnusableFacts: an unknown or repeated id, a wrong number of them, text or a missing value, units that differ,
            a division by zero.
    """
    if operation not in _OPERATIONS:
        raise UnknownOperation(f"'{operation}' is not an operation; there are {', '.join(OPERATIONS)}")
    chosen, does = _chosen(names, facts), _OPERATIONS[operation]
    if does.takes not in (None, len(chosen)):
        raise UnusableFacts(f"{operation} takes {does.takes} facts, and {len(chosen)} are named")
    units = {one.unit for one in chosen}
    odd = units & _NO_QUANTITY
    if operation != "count" and odd:
        raise UnusableFacts(f"{operation}: {', '.join(sorted(odd))} is no quantity to calculate with")
    if operation != "count" and len(units) > 1:
        raise UnusableFacts(f"{operation} needs one unit, and the facts have {', '.join(map(repr, sorted(units)))}")
    values = [1.0] * len(chosen) if operation == "count" else [_number(one) for one in chosen]
    return Fact(
        id=f"derived.{operation}[{','.join(names)}]",
        value=_computed(operation, values),
        unit=chosen[0].unit if does.unit is None else does.unit,
        n=sum(one.n for one in chosen) if operation != "count" else len(chosen),
        subject="|".join(dict.fromkeys(one.subject for one in chosen)),
        label=does.words.format(*names, all=", ".join(names)),
        source=chosen[0].source,
        function=f"agents.facts.derive:{operation}",
        inputs=tuple(names),
        is_post_hoc=True,
        is_prediction=any(one.is_prediction for one in chosen),
    )


def _chosen(names: Sequence[str], facts: Mapping[str, Fact]) -> list[Fact]:
    unknown = [name for name in names if name not in facts]
    if unknown:
        raise UnusableFacts(f"there is no fact called {', '.join(map(repr, unknown))}")
    if not names or len(set(names)) < len(names):
        raise UnusableFacts("name one or more facts, each once")
    return [facts[name] for name in names]


def _number(fact: Fact) -> float:
    if isinstance(fact.value, bool) or not isinstance(fact.value, int | float):
        raise UnusableFacts(f"'{fact.id}' is {fact.value!r}, which is no number")
    return float(fact.value)


def _computed(operation: str, values: Sequence[float]) -> float | int:
    try:
        value = _OPERATIONS[operation].compute(values)
    except ZeroDivisionError:
        raise UnusableFacts(f"{operation}: the second fact is zero") from None
    if not math.isfinite(value):
        raise UnusableFacts(f"{operation}: the result is beyond every number")
    return value
