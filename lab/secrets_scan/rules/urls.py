"""Find passwords and tokens in URLs: `https://name:password@host`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab.secrets_scan.rules.match import Identity, Match, group_match, is_placeholder

_LOGIN = re.compile(
    r"\b[a-z][a-z0-9+.\-]{1,20}://(?P<user>[^\s/@:\"'<>]{0,200}):(?P<password>[^\s/@\"'<>]{1,200})@", re.I
)
_TOKEN = re.compile(r"\b[a-z][a-z0-9+.\-]{1,20}://(?P<token>[^\s/@:\"'<>]{16,200})@", re.I)


def find_urls(text: str, _: Identity) -> Iterator[Match]:
    """Yield passwords in URLs, and user names that look like tokens."""
    if "://" not in text:  # saves most of the time
        return
    for match in _LOGIN.finditer(text):
        if not is_placeholder(match["password"]):
            yield group_match("password_in_url", match)
    for match in _TOKEN.finditer(text):
        if any(char.isdigit() for char in match["token"]) and not is_placeholder(match["token"]):
            yield group_match("password_in_url", match)
