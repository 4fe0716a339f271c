"""Replace secrets, e-mail addresses, absolute paths and IP addresses in texts by markers.

The patterns match common formats and are not complete. All backtracking quantifiers are bounded, because the texts
come from logs and an unbounded one could take exponential time (ReDoS).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import leaves

MARKERS = ("<private>", "<key>", "<lab>", "<path>", "<email>", "<ip>", "<host>", "<user>")
UNMARKED = "".join(f"(?<!{marker})" for marker in MARKERS)  # not directly after a marker
# The start of a word. A word may follow a JSON escape such as \n, whose letter is not part of the word.
START = r"(?:(?<![^\W_])|(?<=\\[nrt]))"
# One folder or file name in a path. In JSON, \uXXXX stands for a letter.
PART = r"(?:\\u[0-9A-Fa-f]{4}|[^\s\"'`\\/<>|,;:()\[\]{}*])+"

_KEYS = re.compile(
    r"""-----BEGIN[ A-Z]*PRIVATE\ KEY-----.*?(?:-----END[ A-Z]*PRIVATE\ KEY-----|\Z)
    | \b(?:sk|pk|rk)[-_](?=[\w\-]{0,200}\d)[\w\-]{16,}
    | \bgh[opusr]_[A-Za-z0-9]{16,} | \bgithub_pat_\w{20,} | \bglpat-[\w\-]{16,}
    | \bhf_[A-Za-z0-9]{16,} | \bnpm_[A-Za-z0-9]{20,} | \bpypi-[\w\-]{16,} | \bgsk_[A-Za-z0-9]{16,}
    | \b(?:AKIA|ASIA)[A-Z0-9]{12,} | \bAIza[\w\-]{30,} | \bxox[abeprs]-[\w\-]{10,}
    | \bSG\.[\w\-]{16,}\.[\w\-]{16,}
    | (?<![\w\-])eyJ[\w\-]{8,}\.[\w\-]{8,}\.[\w\-]*""",
    re.VERBOSE | re.DOTALL,
)
# The name of a secret is kept, so that the text shows which kind of value was removed.
_NAMED_KEYS = re.compile(
    r"""(?P<name>(?:api[_\-]?key|secret|passw(?:or)?d|credentials?|(?:access|auth|refresh)[_\-]?token)[\w\-]{0,64}
        \\?["']?\s{0,8}[:=]\s{0,8}\\?["']?)[^\s"'\\,;<>{}]{4,}""",
    re.VERBOSE | re.IGNORECASE,
)
_TOKENS = re.compile(
    r"""(?P<name>\btoken\\?["']?\s{0,8}[:=]\s{0,8}\\?["']?|\b(?:Bearer|Basic|password)\s{1,8})
        (?=[^\s"']{0,200}\d)[\w\-.+/=]{12,}""",
    re.VERBOSE | re.IGNORECASE,
)
_LOGINS = re.compile(r"(?P<name>://)[^\s/@\"'<>]+(?=@)")

_EMAILS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WINDOWS_PATHS = re.compile(rf"(?<![A-Za-z])(?:[A-Za-z]:|\\{{2,4}}[\w.-]+)(?:(?:\\{{1,2}}|/){PART})+")
_POSIX_PATHS = re.compile(rf"{UNMARKED}(?:(?<![\w/#.~\\)\]}}])|(?<=\\[nrt])|(?<=file://))/{PART}(?:/{PART})+/?")
_HOME_PATHS = re.compile(rf"(?<![\w~/])~(?:[A-Za-z_][\w.-]*)?/{PART}(?:/{PART})*/?")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]?\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:.]{1,44}[0-9A-Fa-f:](?![\w:])")
_SECRET_INTERPOLATION = re.compile(r"\$\{\s*(?:oc\.)?env\s*:[^}]*(?:key|token|secret|passw|credential)", re.IGNORECASE)
_MARKER = re.compile("|".join(MARKERS))


def redact(text: str) -> str:
    """Replace secrets, e-mail addresses, absolute paths and IP addresses."""
    text = redact_keys(text)
    for pattern, marker in (
        (_EMAILS, "<email>"),
        (_WINDOWS_PATHS, "<path>"),
        (_POSIX_PATHS, "<path>"),
        (_HOME_PATHS, "<path>"),
    ):
        text = replace_outside_markers(pattern, marker, text)
    return _IPV6.sub(_mask_address, _IPV4.sub(_mask_address, text))


def redact_keys(text: str) -> str:
    """Replace keys and tokens in common formats, and values whose name says that they are secret."""
    text = replace_outside_markers(_KEYS, "<key>", text)
    for pattern in (_NAMED_KEYS, _TOKENS, _LOGINS):
        text = pattern.sub(r"\g<name><key>", text)
    return text


def key_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each key or token in a common format."""
    return (match.span() for match in _KEYS.finditer(text))


def looks_like_key(text: str) -> bool:
    return redact_keys(text) != text


def secret_problems(config: Any) -> Iterator[Problem]:
    """Yield values that read a secret from the environment, because config.json of every run would contain it."""
    for path, value in leaves(config):
        if isinstance(value, str) and _SECRET_INTERPOLATION.search(value):
            hint = "remove the value, because the client reads the environment variable itself"
            yield Problem(path, "would write a secret from the environment into the results", hint)


def replace_outside_markers(pattern: re.Pattern[str], marker: str, text: str) -> str:
    """Replace matches by a marker, except those inside a marker that the text already contains."""
    spans = [marker_match.span() for marker_match in _MARKER.finditer(text)]

    def replacement(match: re.Match[str]) -> str:
        is_inside = any(start <= match.start() and match.end() <= end for start, end in spans)
        return match[0] if is_inside else marker

    return pattern.sub(replacement, text)


def _mask_address(match: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(match[0])
    except ValueError:
        return match[0]
    return "<ip>"
