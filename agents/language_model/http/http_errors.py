"""Translate HTTP error statuses into exceptions, and distinguish transient from permanent errors."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Mapping

from agents.language_model.protocol import ModelUnavailable

# Kinds of failure without costs, because the endpoint did not generate any text.
UNBILLED_KINDS = frozenset(
    {
        "refused",
        "unauthorized",
        "rejected",
        "rate_limited",
        "quota",
        "redirected",
        "server_error",
        "format_refused",
        "parameter_refused",
        "tools_refused",
        "no_key",
    }
)
_TRANSIENT_STATUSES = frozenset({408, 409, 425})


class TransientError(ModelUnavailable):
    """Raised if another attempt may succeed. `retry_after` is the delay in seconds that the endpoint requests."""

    def __init__(self, message: str, kind: str, retry_after: float | None = None) -> None:
        super().__init__(message, kind)
        self.retry_after = retry_after


class RequestAdapted(TransientError):
    """Raised if the endpoint rejected a part of the request. The next attempt omits this part and needs no delay."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message, kind, retry_after=0.0)


class RequestRejected(ModelUnavailable):
    """Raised if the endpoint rejected the request. `reason` is the error text of the endpoint."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message, "rejected")
        self.reason = reason


def error_for_status(status: int, headers: Mapping[str, str], reason: str, endpoint: str) -> ModelUnavailable:
    """Return the exception for an HTTP error status. `reason` is the text of the response, without secrets."""
    quoted = f': "{reason}"' if reason else ""
    if status == 429 and "insufficient_quota" in reason:
        return ModelUnavailable(f"the account at {endpoint} has no quota left{quoted}", "quota")
    if status == 429:
        message = f"{endpoint} accepts no more requests for now (status 429){quoted}"
        return TransientError(message, "rate_limited", retry_after(headers))
    if status >= 500 or status in _TRANSIENT_STATUSES:
        message = f"{endpoint} failed with status {status}{quoted}"
        return TransientError(message, "server_error", retry_after(headers))
    if status in (401, 403):
        return ModelUnavailable(f"{endpoint} does not accept the key (status {status}){quoted}", "unauthorized")
    if 300 <= status < 400:
        location = headers.get("location", "").split("?")[0] or "an unknown address"
        hint = "redirects are not followed; set agents.base_url to the final address"
        return ModelUnavailable(f"{endpoint} redirects to {location}: {hint}", "redirected")
    return RequestRejected(f"{endpoint} rejects the request (status {status}){quoted}", reason)


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Return the delay in seconds of a Retry-After header, a number or a date (RFC 9110, section 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        date = email.utils.parsedate_tz(text)
        if date is None:
            return None
        seconds = email.utils.mktime_tz(date) - (time.time() if now is None else now)
    return None if math.isnan(seconds) else max(0.0, seconds)
