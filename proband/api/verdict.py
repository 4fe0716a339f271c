"""The verdict of a registered test, with its standing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """The outcome of a registered test. A verdict confirms a claim only if its standing is `confirmatory`.

    `name` is supported, refuted, inconclusive or untestable. `claims` are pairs of a claim and its own verdict.
    `reason` states the numbers; `standing_reason` states why the verdict is not confirmatory, "" if it is.
    """

    name: str
    standing: str
    reason: str
    standing_reason: str
    claims: tuple[tuple[str, str], ...]

    @property
    def is_confirmatory(self) -> bool:
        return self.standing == "confirmatory"

    def __str__(self) -> str:
        return self.name if self.is_confirmatory else f"{self.name} ({self.standing})"


def verdict_of(results: Mapping[str, Any] | None) -> Verdict | None:
    """Return the verdict in the content of a results.json, None if there is none or the file is damaged."""
    comparison, registration = (_object(results, key) for key in ("comparison", "registration"))
    if results is None or not comparison or not isinstance(results.get("verdict"), str):
        return None
    claims = comparison.get("claims")
    return Verdict(
        results["verdict"],
        str(registration.get("standing", "unregistered")),
        str(comparison.get("reason", "")),
        str(registration.get("reason", "")),
        tuple(
            (str(claim.get("text") or claim.get("type")), str(claim.get("verdict")))
            for claim in (claims if isinstance(claims, list) else ())
            if isinstance(claim, dict)
        ),
    )


def _object(results: Mapping[str, Any] | None, key: str) -> Mapping[str, Any]:
    value = (results or {}).get(key)
    return value if isinstance(value, dict) else {}
