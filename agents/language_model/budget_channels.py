"""Channels that write in the ledger: one counts questions, one what each attempt at them takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from agents.language_model.http_errors import FREE
from agents.language_model.ledger import NOTHING, Ledger
from agents.language_model.protocol import Channel, ModelUnavailable, Reply, Request, Usage
from compiler.base.identity import canonical

_TEMPLATE_TOKENS = 256  # what a server may add of its own: role markers, a default system message


@dataclass(frozen=True)
class Counted:
    """Every question that gets here is a call."""

    channel: Channel
    ledger: Ledger

    def ask(self, request: Request) -> Reply:
        """Raises BudgetSpent, ModelUnavailable."""
        self.ledger.begin_call()
        return self.channel.ask(request)


@dataclass(frozen=True)
class Metered:
    """Each attempt is in the ledger before it is made, so that a budget stops it and a crash does not hide it."""

    channel: Channel
    ledger: Ledger
    max_tokens: int
    clock: Callable[[], float] = time.monotonic

    def ask(self, request: Request) -> Reply:
        """Raises BudgetSpent, ModelUnavailable."""
        most = most_tokens(request, self.max_tokens)
        self.ledger.begin_attempt(most)
        start = self.clock()
        try:
            reply = self.channel.ask(request)
        except ModelUnavailable as error:
            taken = NOTHING if error.kind in FREE else None
            self.ledger.end_attempt(most, taken, self.clock() - start, error.kind)
            raise
        self.ledger.end_attempt(most, reply.usage, self.clock() - start)
        return reply


def most_tokens(request: Request, max_tokens: int) -> Usage:
    """No tokenizer makes more than one token of a byte."""
    sent = [list(request.messages), list(request.tools), request.schema]
    return Usage(len(canonical(sent)) + _TEMPLATE_TOKENS, int(request.parameters.get("max_tokens") or max_tokens))
