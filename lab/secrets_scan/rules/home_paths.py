"""Find paths into home folders, which contain the names of people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab.secrets_scan.rules.match import Identity, Match, group_match, is_placeholder

_NAME = r"(?P<name>[^\s/\\\"'`<>:;,|*?()\[\]{}$&]{1,64})"
_POSIX = re.compile(rf"(?<![\w.~\-/])(?:/[\w.\-]{{1,64}}){{0,6}}/(?:home|homes|Users|users|export/home)/{_NAME}")
_FILE_URL = re.compile(rf"\bfile:/{{1,3}}(?:[\w.\-]{{1,64}}/){{0,6}}(?:home|Users|users)/{_NAME}")
_WINDOWS = re.compile(rf"(?<![A-Za-z])[A-Za-z]:[\\/]{{1,4}}(?:Users|Documents and Settings)[\\/]{{1,4}}{_NAME}", re.I)
_ROOT = re.compile(r"(?<![\w.~\-/])/(?:var/)?root/(?P<name>[\w.\-]+)")
_NOBODY = frozenset(
    {"shared", "public", "default", "all users", "runner", "you", "me", "someone", "somebody", "yourname"}
)
_URL_START = re.compile(r"\b(?!file:)[a-z][a-z0-9+.\-]*://[^\s\"'<>]*$", re.IGNORECASE)
_BEFORE = 300  # characters in which a URL that contains the path can begin


def find_home_paths(text: str, identity: Identity) -> Iterator[Match]:
    """Yield paths into home folders. Paths of URLs and placeholders such as /home/USER are none."""
    for pattern in (_POSIX, _FILE_URL, _WINDOWS):
        for match in pattern.finditer(text):
            is_url = _URL_START.search(text, max(0, match.start() - _BEFORE), match.start()) is not None
            if not is_url and not is_placeholder(match["name"]) and match["name"].lower() not in _NOBODY:
                yield group_match("home_path", match)
    for match in _ROOT.finditer(text):
        yield group_match("home_path", match)
    for home in identity.homes:
        for match in re.finditer(rf"(?<![\w.~\-/]){re.escape(home)}(?![\w.\-])", text):
            yield group_match("home_path", match)
