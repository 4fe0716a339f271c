"""Count the requests of an experiment and their cost, in one file for all of its jobs and reruns.

Before an attempt is made, the ledger adds the maximum that it can cost, and afterwards replaces it by the actual cost.
So parallel jobs together cannot exceed the budget, and the cost of a killed job is overestimated rather than missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agents.language_model.locks import locked
from agents.language_model.protocol import BudgetSpent, ModelUnavailable, Usage
from compiler.base.json_files import read_json, write_json
from compiler.spec.agent_settings import Budget, Price

SCHEMA_VERSION = 1
_UNKNOWN_COST = "unknown"
NO_USAGE = Usage(0, 0)
_DECIMALS = 12  # of a cost; further digits are rounding errors of floating point


@dataclass(frozen=True)
class Spending:
    """Numbers of requests and tokens, with their costs.

    `calls` are requests that were sent to an endpoint. `attempts` count their retries as well. `cached` and `replayed`
    answers cost nothing. `tokens_assumed` belong to the `unreported` attempts, whose number of tokens is not known:
    their maximum is assumed. `costs`, by currency, include the assumed tokens and exclude the `unpriced` attempts.
    `failures` are numbers of failed attempts, by kind.
    """

    calls: int = 0
    attempts: int = 0
    cached: int = 0
    replayed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_assumed: int = 0
    seconds: float = 0.0
    costs: Mapping[str, float] = field(default_factory=dict)
    unpriced: int = 0
    unreported: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out + self.tokens_assumed

    @property
    def cost(self) -> float | str:
        """The total in the only currency, or `unknown`."""
        if self.unpriced or self.unreported or len(self.costs) > 1:
            return _UNKNOWN_COST
        return sum(self.costs.values())

    def to_json(self) -> dict[str, Any]:
        currency = next(iter(self.costs)) if len(self.costs) == 1 else None
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "cost": self.cost, "currency": currency}


_SPENDING = TypeAdapter(Spending)


@dataclass(frozen=True)
class Ledger:
    """The ledger file of an experiment. `lock` is in the cache folder, because it is not needed after the jobs."""

    path: Path
    lock: Path
    budget: Budget
    price: Price

    def spending(self) -> Spending:
        """Read the file. Raises ModelUnavailable if it cannot be read, because the remaining budget is then unknown."""
        try:
            entries = read_json(self.path)
            fields = {key: value for key, value in entries.items() if key in Spending.__dataclass_fields__}
            return _SPENDING.validate_python(fields)
        except FileNotFoundError:
            return Spending()
        except (ValueError, AttributeError, ValidationError):
            message = f"{self.path} cannot be read, so the remaining budget is unknown (delete it to count from zero)"
            raise ModelUnavailable(message, "ledger") from None

    def count_cached(self) -> None:
        with self._locked() as spending:
            self._write(replace(spending, cached=spending.cached + 1))

    def count_replayed(self) -> None:
        with self._locked() as spending:
            self._write(replace(spending, replayed=spending.replayed + 1))

    def begin_call(self) -> None:
        """Count a request. Raises BudgetSpent if the budget allows no more requests."""
        with self._locked() as spending:
            _check("calls", spending.calls + 1, self.budget.calls, "")
            self._write(replace(spending, calls=spending.calls + 1))

    def begin_attempt(self, maximum: Usage) -> None:
        """Add an attempt with the maximum that it can cost.

        Raises:
            BudgetSpent: The maximum is more than the budget has left.
        """
        with self._locked() as spending:
            after = self._with_assumed(replace(spending, attempts=spending.attempts + 1), maximum, 1)
            _check("tokens", after.tokens, self.budget.tokens, "")
            if self.price.currency is not None:
                cost = after.costs.get(self.price.currency, 0.0)
                _check("cost", cost, self.budget.cost, f" {self.price.currency}")
            self._write(after)

    def end_attempt(self, maximum: Usage, usage: Usage | None, seconds: float, failure: str | None = None) -> None:
        """Replace the assumed maximum of an attempt by its usage. If `usage` is None, the maximum stays."""
        with self._locked() as spending:
            after = replace(spending, seconds=spending.seconds + seconds)
            if failure is not None:
                after = replace(after, failures={**after.failures, failure: after.failures.get(failure, 0) + 1})
            if usage is not None:
                after = self._with_reported(self._with_assumed(after, maximum, -1), usage)
            self._write(after)

    def _with_assumed(self, spending: Spending, maximum: Usage, sign: int) -> Spending:
        tokens = spending.tokens_assumed + sign * (maximum.tokens_in + maximum.tokens_out)
        after = replace(spending, tokens_assumed=tokens, unreported=spending.unreported + sign)
        return self._priced(after, maximum, sign)

    def _with_reported(self, spending: Spending, usage: Usage) -> Spending:
        tokens_in, tokens_out = spending.tokens_in + usage.tokens_in, spending.tokens_out + usage.tokens_out
        after = replace(spending, tokens_in=tokens_in, tokens_out=tokens_out)
        return self._priced(after, usage, 1) if usage != NO_USAGE else after

    def _priced(self, spending: Spending, usage: Usage, sign: int) -> Spending:
        cost, currency = self.price.cost(usage.tokens_in, usage.tokens_out), self.price.currency
        if cost is None or currency is None:
            return replace(spending, unpriced=spending.unpriced + sign)
        total = round(spending.costs.get(currency, 0.0) + sign * cost, _DECIMALS)
        return replace(spending, costs={**spending.costs, currency: total})

    def _write(self, spending: Spending) -> None:
        write_json(self.path, spending.to_json())

    @contextmanager
    def _locked(self) -> Iterator[Spending]:
        with locked(self.lock):
            yield self.spending()


def _check(name: str, after: float, limit: float | None, unit: str) -> None:
    if limit is not None and after > limit:
        total = f"the next request could raise the total of the experiment to {after:g}{unit} of {limit:g}{unit}"
        raise BudgetSpent(f"{total}: agents.budget.{name} is spent")
