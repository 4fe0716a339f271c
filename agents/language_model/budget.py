"""Record each attempt in the ledger before and after it is made, so that the budget holds and no cost is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from agents.language_model.http.http_errors import UNBILLED_KINDS
from agents.language_model.ledger import NO_USAGE, Ledger
from agents.language_model.protocol import Channel, ModelUnavailable, Reply, Request, Usage
from compiler.base.identity import canonical

_TEMPLATE_TOKENS = 256  # that a server may add: role markers, a default system message


@dataclass(frozen=True)
class BudgetChannel:
    """Refuses an attempt that could exceed the budget. An attempt whose process is killed stays in the ledger."""

    channel: Channel
    ledger: Ledger
    max_tokens: int
    clock: Callable[[], float] = time.monotonic

    def ask(self, request: Request) -> Reply:
        """Raises BudgetSpent, ModelUnavailable."""
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
    """Return an upper bound of the tokens of an attempt. A tokenizer makes at most one token of a byte."""
    sent = [list(request.messages), list(request.tools), request.schema]
    return Usage(len(canonical(sent)) + _TEMPLATE_TOKENS, int(request.parameters.get("max_tokens") or max_tokens))
