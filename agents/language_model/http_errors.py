"""How an endpoint fails, and which failures are worth another attempt."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping

from agents.language_model.protocol import ModelUnavailable

# The endpoint did nothing for these, so they cost nothing.
FREE = frozenset(
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
_ASK_LATER = frozenset({408, 409, 425})


class Transient(ModelUnavailable):
    """Another attempt may do. `retry_after` seconds are the endpoint's own wish, None where it has none."""

    def __init__(self, message: str, kind: str, retry_after: float | None = None) -> None:
        super().__init__(message, kind)
        self.retry_after = retry_after


class Learned(Transient):
    """The next attempt is another request, made without what the endpoint did not take. It need not wait."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message, kind, retry_after=0.0)


class Rejected(ModelUnavailable):
    """The endpoint does not take this request as it is; `said` is its reason, for a program to look into."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message, "rejected")
        self.said = said


def status_fault(status: int, headers: Mapping[str, str], said: str, endpoint: str) -> ModelUnavailable:
    """What an answer with an HTTP status of an error means. `said` is the endpoint's text, without secrets."""
    quoted = f': "{said}"' if said else ""
    if status == 429 and "insufficient_quota" in said:
        return ModelUnavailable(f"the account at {endpoint} has no quota left{quoted}", "quota")
    if status == 429:
        return Transient(f"{endpoint} takes no more requests for now{quoted}", "rate_limited", retry_after(headers))
    if status >= 500 or status in _ASK_LATER:
        return Transient(f"{endpoint} failed with status {status}{quoted}", "server_error", retry_after(headers))
    if status in (401, 403):
        return ModelUnavailable(f"{endpoint} does not accept the key (status {status}){quoted}", "unauthorized")
    if 300 <= status < 400:
        where = headers.get("location", "").split("?")[0]
        hint = "requests are not sent on, so set agents.base_url to the right address"
        return ModelUnavailable(f"{endpoint} redirects to {where or 'nowhere'}: {hint}", "redirected")
    return Rejected(f"{endpoint} does not take the request (status {status}){quoted}", said)


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds to wait, from a number or a date (RFC 9110, section 10.2.3); None where the header says neither."""
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        date = email.utils.parsedate_tz(text)
        if date is None:
            return None
        seconds = email.utils.mktime_tz(date) - (time.time() if now is None else now)
    return max(0.0, seconds) if seconds == seconds else None
