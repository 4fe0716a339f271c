"""Call a function with a time limit, so that a server that does not answer cannot hold a training."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from lightning_modules.tracking.tracker import TrackerFailed

_Result = TypeVar("_Result")


def within(seconds: float, call: Callable[[], _Result], purpose: str) -> _Result:
    """Return the result of a call. After the limit, the call is abandoned in its thread, which ends with the process.

    Raises:
        TrackerFailed: The call has not returned within the limit.
        Exception: The call raised it.
    """
    results: list[_Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=run, name=purpose, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TrackerFailed(f"{purpose}: no answer within {seconds:g} seconds")
    return results[0]
