"""Record each attempt in the ledger before and after it is made, so that the budget is kept and no cost is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from agents.language_model.http.http_errors import UNBILLED_KINDS
from agents.language_model.ledger import NO_USAGE, Ledger
from agents.language_model.protocol import Channel, ModelUnavailable, Reply, Request, Usage
from compiler.base.identity import canonical

_TEMPLATE_TOKENS = 256  # tokens that a server may add, such as role markers or a default system message


@dataclass(frozen=True)
class BudgetChannel:
    """A channel that rejects attempts that could exceed the budget. The ledger keeps attempts of killed processes."""

    channel: Channel
    ledger: Ledger
    max_tokens: int
    clock: Callable[[], float] = time.monotonic

    def ask(self, request: Request) -> Reply:
        """Send a request and record its cost. Raises BudgetSpent, ModelUnavailable."""
        maximum = max_usage(request, self.max_tokens)
        self.ledger.begin_attempt(maximum)
        start = self.clock()
        try:
            reply = self.channel.ask(request)
        except ModelUnavailable as error:
            usage = NO_USAGE if error.kind in UNBILLED_KINDS else None
            self.ledger.end_attempt(maximum, usage, self.clock() - start, error.kind)
            raise
        self.ledger.end_attempt(maximum, reply.usage, self.clock() - start)
        return reply


def max_usage(request: Request, max_tokens: int) -> Usage:
    """Return an upper bound of the tokens of an attempt. A byte of text becomes at most one token."""
    sent = [list(request.messages), list(request.tools), request.schema]
    return Usage(len(canonical(sent)) + _TEMPLATE_TOKENS, int(request.parameters.get("max_tokens") or max_tokens))
