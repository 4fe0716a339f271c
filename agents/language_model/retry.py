"""Asking again, as often and as long as is decent."""

from __future__ import annotations

import time
from collections.abc import Callable

import tenacity

from agents.language_model.http_errors import Learned, Transient
from agents.language_model.protocol import Channel, ModelUnavailable, Reply, Request

_GROWING = tenacity.wait_exponential(multiplier=0.5, max=20)
# What every later question would run into as well, each after all of its attempts.
_LASTING = frozenset({"refused", "unauthorized", "no_key", "quota", "redirected"})


class Patient:
    """Asks at most `attempts` times, none of them later than `seconds` after the first.

    An endpoint that is not there is not asked a second question: a report of twenty texts would wait twenty times.
    """

    def __init__(
        self,
        channel: Channel,
        *,
        attempts: int,
        seconds: float,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channel = channel
        self._attempts = attempts
        self._seconds = seconds
        self._sleep = sleep
        self._clock = clock
        self._given_up: ModelUnavailable | None = None

    def ask(self, request: Request) -> Reply:
        """Raises ModelUnavailable."""
        if self._given_up is not None:
            raise ModelUnavailable(f"not asked again: {self._given_up}", self._given_up.kind)
        asking = self._asking()
        try:
            return asking(self._answer, request)
        except ModelUnavailable as error:
            if error.kind in _LASTING:
                self._given_up = error
            if not isinstance(error, Transient):
                raise
            attempts = int(asking.statistics.get("attempt_number", 1))
            raise ModelUnavailable(f"{error} ({attempts} attempts)", error.kind) from None

    def _answer(self, request: Request) -> Reply:
        reply = self._channel.ask(request)
        if not reply.text.strip() and not reply.tool_calls:
            raise Transient("the model answered nothing", "empty")
        return reply

    def _asking(self) -> tenacity.Retrying:
        end = self._clock() + self._seconds

        def is_over(state: tenacity.RetryCallState) -> bool:
            if isinstance(_error(state), Learned):  # another question, and an endpoint learns a few times only
                return False
            return state.attempt_number >= self._attempts or self._clock() + state.upcoming_sleep > end

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(Transient),
            stop=is_over,
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )


def _wait(state: tenacity.RetryCallState) -> float:
    error = _error(state)
    wish = error.retry_after if isinstance(error, Transient) else None
    return _GROWING(state) if wish is None else wish


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return None if state.outcome is None else state.outcome.exception()
