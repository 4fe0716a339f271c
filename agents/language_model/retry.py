"""Retry failed requests, with limits on the number of attempts and on the total time."""

from __future__ import annotations

import time
from collections.abc import Callable

import tenacity

from agents.language_model.http.http_errors import RequestAdapted, TransientError
from agents.language_model.protocol import Channel, ModelUnavailable, Reply, Request

_EXPONENTIAL_BACKOFF = tenacity.wait_exponential(multiplier=0.5, max=20)
_PERMANENT_KINDS = frozenset({"refused", "unauthorized", "no_key", "quota", "redirected"})


class RetryingChannel:
    """A channel that makes at most `attempts` attempts for a request, none later than `seconds` after the first.

    After a permanent failure, such as an endpoint that cannot be reached, all later requests fail at once, so that
    a report does not wait for the endpoint again with each of its texts.
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
        self._permanent_failure: ModelUnavailable | None = None

    def ask(self, request: Request) -> Reply:
        """Send the request, with retries. Raises ModelUnavailable."""
        if self._permanent_failure is not None:
            message = f"not asked again after an earlier failure: {self._permanent_failure}"
            raise ModelUnavailable(message, self._permanent_failure.kind)
        retrying = self._retrying()
        try:
            return retrying(self._ask_once, request)
        except ModelUnavailable as error:
            if error.kind in _PERMANENT_KINDS:
                self._permanent_failure = error
            if not isinstance(error, TransientError):
                raise
            attempts = int(retrying.statistics.get("attempt_number", 1))
            raise ModelUnavailable(f"{error} ({attempts} attempts)", error.kind) from None

    def _ask_once(self, request: Request) -> Reply:
        reply = self._channel.ask(request)
        if not reply.text.strip() and not reply.tool_calls:
            raise TransientError("the answer of the model is empty", "empty")
        return reply

    def _retrying(self) -> tenacity.Retrying:
        deadline = self._clock() + self._seconds

        def stop(state: tenacity.RetryCallState) -> bool:
            if isinstance(_error(state), RequestAdapted):  # not counted, because an endpoint can adapt only a few times
                return False
            return state.attempt_number >= self._attempts or self._clock() + state.upcoming_sleep > deadline

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=stop,
            wait=_delay,
            sleep=self._sleep,
            reraise=True,
        )


def _delay(state: tenacity.RetryCallState) -> float:
    error = _error(state)
    requested = error.retry_after if isinstance(error, TransientError) else None
    return _EXPONENTIAL_BACKOFF(state) if requested is None else requested


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return None if state.outcome is None else state.outcome.exception()
