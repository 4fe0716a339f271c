"""Answer requests from the cache or from a recording. Other requests go to the model."""

from __future__ import annotations

from dataclasses import dataclass

from agents.language_model.answer_store.cache import AnswerCache
from agents.language_model.answer_store.recording import Recording
from agents.language_model.answer_store.serialization import request_key
from agents.language_model.ledger import Ledger
from agents.language_model.protocol import Channel, ModelUnavailable, Reply, Request, ToolsRefused
from agents.language_model.tool_support import ToolSupport

_MAX_QUOTE = 60  # characters of a message in an error


@dataclass(frozen=True)
class CachingChannel:
    """A channel that sends a request only if its answer is not cached. All replies are added to the recording."""

    channel: Channel
    cache: AnswerCache
    recording: Recording | None
    ledger: Ledger
    tool_support: ToolSupport

    def ask(self, request: Request) -> Reply:
        """Return the cached or a new reply. Raises BudgetSpent, ToolsRefused, ModelUnavailable."""
        with self.tool_support.checked(request):
            reply = self._cached_or_new(request)
        if self.recording is not None:
            self.recording.add(request, reply)
        return reply

    def _cached_or_new(self, request: Request) -> Reply:
        answer = self.cache.find(request)
        if answer is None:
            return self._send(request)
        self.ledger.count_cached()
        if isinstance(answer, ToolsRefused):
            raise answer
        return answer

    def _send(self, request: Request) -> Reply:
        self.ledger.begin_call()
        try:
            reply = self.channel.ask(request)
        except ToolsRefused as refusal:
            self.cache.add(request, refusal)
            raise
        self.cache.add(request, reply)
        return reply


@dataclass(frozen=True)
class ReplayingChannel:
    """A channel that answers from a recording only."""

    recording: Recording
    ledger: Ledger
    tool_support: ToolSupport

    def ask(self, request: Request) -> Reply:
        """Return the recorded reply. Raises ModelUnavailable if there is none or the recording cannot be read."""
        with self.tool_support.checked(request):
            reply = self.recording.find(request)
            if reply is None:
                raise self._missing(request)
        self.ledger.count_replayed()
        return reply

    def _missing(self, request: Request) -> ModelUnavailable:
        """Return the error. With tools it is ToolsRefused, because the same request without tools may be recorded."""
        message = f"{self.recording.path} contains no answer to {_description(request)}: record it again"
        return ToolsRefused(message) if request.tools else ModelUnavailable(message, "not_recorded")


def _description(request: Request) -> str:
    """Return the beginning of the last message, with the key by which a recording stores the request."""
    last_message = str(request.messages[-1].get("content") or "") if request.messages else ""
    text = " ".join(last_message.split())
    quote = f'"{text[:_MAX_QUOTE]}…"' if len(text) > _MAX_QUOTE else f'"{text}"'
    version = f", prompt version {request.prompt_version}" if request.prompt_version else ""
    return f"{quote} (request {request_key(request)[:12]}{version})"
