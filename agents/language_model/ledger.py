"""What an experiment asked of a language model and what that took, in one file for all of its jobs and reruns.

An attempt is written down at the most it can cost before it is made, and at what it did cost afterwards. So jobs that
run side by side cannot exceed a budget together, and a job that is killed leaves too much rather than too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agents.language_model.locks import held
from agents.language_model.protocol import BudgetSpent, ModelUnavailable, Usage
from compiler.base.json_files import read_json, write_json
from compiler.spec.agent_settings import Budget, Price

SCHEMA_VERSION = 1
UNKNOWN = "unknown"
_CENTS = 12  # decimals of a cost that are kept: what floats leave behind is no money


@dataclass(frozen=True)
class Spent:
    """`calls` are questions that went to an endpoint, `attempts` the requests that took; `cached` and `replayed` are
    answers that cost nothing. `tokens_assumed` are of attempts whose tokens nobody reported, at the most they can be.

    `costs` by currency hold what the assumed tokens would cost, too; `unpriced` attempts are in none of them.
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
    unreported: int = 0  # attempts among those of `tokens_assumed`
    failures: Mapping[str, int] = field(default_factory=dict)  # by kind

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out + self.tokens_assumed

    @property
    def cost(self) -> float | str:
        """In the one currency it was all paid in; else unknown."""
        if self.unpriced or self.unreported or len(self.costs) > 1:
            return UNKNOWN
        return sum(self.costs.values())

    def to_json(self) -> dict[str, Any]:
        currency = next(iter(self.costs)) if len(self.costs) == 1 else None
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "cost": self.cost, "currency": currency}


NOTHING = Usage(0, 0)
_SPENT = TypeAdapter(Spent)


@dataclass(frozen=True)
class Ledger:
    """`lock` is a file beside the caches: of no use to anybody once the jobs are done."""

    path: Path
    lock: Path
    budget: Budget
    price: Price

    def spent(self) -> Spent:
        """Raises ModelUnavailable where the file cannot be read: what was spent is then not known."""
        try:
            written = read_json(self.path)
            kept = {key: value for key, value in written.items() if key in Spent.__dataclass_fields__}
            return _SPENT.validate_python(kept)
        except FileNotFoundError:
            return Spent()
        except (ValueError, AttributeError, ValidationError):
            message = f"{self.path} cannot be read, so nobody knows what was spent; delete it to count from nothing"
            raise ModelUnavailable(message, "ledger") from None

    def note_cached(self) -> None:
        with self._held() as spent:
            self._write(replace(spent, cached=spent.cached + 1))

    def note_replayed(self) -> None:
        with self._held() as spent:
            self._write(replace(spent, replayed=spent.replayed + 1))

    def begin_call(self) -> None:
        """Raises BudgetSpent."""
        with self._held() as spent:
            _check("calls", spent.calls + 1, self.budget.calls, "")
            self._write(replace(spent, calls=spent.calls + 1))

    def begin_attempt(self, most: Usage) -> None:
        """Writes down an attempt at the most it can take.

        Raises:
            BudgetSpent: that would be more than is left.
        """
        with self._held() as spent:
            after = self._with_assumed(replace(spent, attempts=spent.attempts + 1), most, 1)
            _check("tokens", after.tokens, self.budget.tokens, "")
            if self.price.currency is not None:
                cost = after.costs.get(self.price.currency, 0.0)
                _check("cost", cost, self.budget.cost, f" {self.price.currency}")
            self._write(after)

    def end_attempt(self, most: Usage, taken: Usage | None, seconds: float, failure: str | None = None) -> None:
        """Writes what an attempt took in the place of what was assumed; `taken` None leaves the assumption."""
        with self._held() as spent:
            after = replace(spent, seconds=spent.seconds + seconds)
            if failure is not None:
                after = replace(after, failures={**after.failures, failure: after.failures.get(failure, 0) + 1})
            if taken is not None:
                after = self._with_taken(self._with_assumed(after, most, -1), taken)
            self._write(after)

    def _with_assumed(self, spent: Spent, most: Usage, sign: int) -> Spent:
        tokens = spent.tokens_assumed + sign * (most.tokens_in + most.tokens_out)
        return self._priced(replace(spent, tokens_assumed=tokens, unreported=spent.unreported + sign), most, sign)

    def _with_taken(self, spent: Spent, taken: Usage) -> Spent:
        tokens_in, tokens_out = spent.tokens_in + taken.tokens_in, spent.tokens_out + taken.tokens_out
        after = replace(spent, tokens_in=tokens_in, tokens_out=tokens_out)
        return self._priced(after, taken, 1) if taken != NOTHING else after

    def _priced(self, spent: Spent, usage: Usage, sign: int) -> Spent:
        cost, currency = self.price.cost(usage.tokens_in, usage.tokens_out), self.price.currency
        if cost is None or currency is None:
            return replace(spent, unpriced=spent.unpriced + sign)
        total = round(spent.costs.get(currency, 0.0) + sign * cost, _CENTS)
        return replace(spent, costs={**spent.costs, currency: total})

    def _write(self, spent: Spent) -> None:
        write_json(self.path, spent.to_json())

    @contextmanager
    def _held(self) -> Iterator[Spent]:
        with held(self.lock):
            yield self.spent()


def _check(what: str, after: float, limit: float | None, unit: str) -> None:
    if limit is not None and after > limit:
        message = f"the next request could bring the experiment to {after:g}{unit} of {limit:g}{unit}"
        raise BudgetSpent(f"{message}: agents.budget.{what} is spent")
