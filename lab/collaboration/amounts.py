"""Define amounts that proposals cost or have spent. An amount that is not known is None, never 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Amounts:
    """Numbers of runs and requests to a language model, hours of training, and money in the currency of the budget."""

    runs: int = 0
    hours: float | None = 0.0
    model_calls: int | None = 0
    money: float | None = 0.0


def total(amounts: Iterable[Amounts]) -> Amounts:
    """Return the sum. A sum with an unknown amount is unknown."""
    rows = list(amounts)
    calls = _sum(row.model_calls for row in rows)
    return Amounts(
        sum(row.runs for row in rows),
        _sum(row.hours for row in rows),
        None if calls is None else int(calls),
        _sum(row.money for row in rows),
    )


def _sum(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)
