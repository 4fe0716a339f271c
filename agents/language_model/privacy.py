"""Replace private values in requests by markers before they leave this machine.

The filter runs over every string of a request before any other channel sees it, so caches and recordings contain only
what the endpoint receives. `compiler/base/redaction.py` recognises values that are private by their format; this module
adds the values that are private on this machine.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agents.language_model.protocol import Channel, Reply, Request
from compiler.base.redaction import PART, START, UNMARKED, redact, redact_keys, replace_outside_markers

# Keys whose values have a meaning in the API and must not be replaced.
_PROTOCOL_KEYS = frozenset({"role", "type", "id", "tool_call_id", "name"})
_IDENTIFIER = re.compile(r"[\w.-]{1,64}")
# Names of accounts and machines that do not identify a person and also occur as ordinary words.
_ORDINARY_NAMES = frozenset(
    {"root", "user", "admin", "ubuntu", "debian", "localhost", "runner", "test", "model", "data", "work", "system"}
)
_SHORTEST_NAME = 3
SHORTEST_SECRET = 8  # characters; some servers want "EMPTY" as a key, which is not secret
_SECRET_VARIABLE = re.compile(r"(?:key|token|secret|password|passwd|credential)s?(?:$|_)", re.IGNORECASE)
_MATCHES_NOTHING = re.compile(r"(?!)")

Cleaner = Callable[[str], str]


@dataclass(frozen=True)
class Privacy:
    """The private values of this machine and lab. `secrets` are removed from requests in any format."""

    patterns: tuple[str, ...] = ()
    lab: str = ""
    home: str = ""
    host: str = ""
    user: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class PrivacyChannel:
    """The outermost channel. It removes private values, so that the channels behind it cannot store or send them."""

    channel: Channel
    privacy: Privacy

    def ask(self, request: Request) -> Reply:
        """Send the filtered request. Raises ModelUnavailable."""
        return self.channel.ask(filter_request(request, self.privacy))


def local_privacy(environ: Mapping[str, str], *, patterns: Iterable[str] = (), lab: Path | None = None) -> Privacy:
    """Return the private values of this machine. Environment variables with a name like TOKEN or KEY hold secrets."""
    secrets = {
        value for name, value in environ.items() if _SECRET_VARIABLE.search(name) and len(value) >= SHORTEST_SECRET
    }
    return Privacy(
        patterns=tuple(patterns),
        lab="" if lab is None else str(lab.absolute()),
        home=environ.get("HOME") or environ.get("USERPROFILE") or "",
        host=platform.node(),
        user=environ.get("USER") or environ.get("LOGNAME") or environ.get("USERNAME") or "",
        secrets=tuple(sorted(secrets)),
    )


def filter_request(request: Request, privacy: Privacy) -> Request:
    """Return the request without private values. The filter is idempotent."""
    clean = cleaner(privacy)
    return replace(
        request,
        messages=tuple(_clean_json(message, clean) for message in request.messages),
        schema=None if request.schema is None else _clean_json(request.schema, clean),
        tools=tuple(_clean_json(tool, clean) for tool in request.tools),
        parameters=_clean_json(request.parameters, clean),
    )


def cleaner(privacy: Privacy) -> Cleaner:
    """Return a function that replaces private values in a text.

    The order is: patterns of the lab, secrets, folders, values with a private format, names of host and user.
    """
    before_formats = [
        *((re.compile(pattern), "<private>") for pattern in privacy.patterns),
        (_literal(privacy.secrets), "<key>"),
        (_folder(privacy.lab), "<lab>"),
        (_folder(privacy.home, rf"(?:/{PART})*"), "<path>"),
    ]
    hosts = {privacy.host, privacy.host.split(".")[0]}
    after_formats = [(_names(hosts), "<host>"), (_names({privacy.user}), "<user>")]

    def clean(text: str) -> str:
        for pattern, marker in before_formats:
            text = replace_outside_markers(pattern, marker, text)
        text = redact(text)
        for pattern, marker in after_formats:
            text = replace_outside_markers(pattern, marker, text)
        return text

    return clean


def _clean_json(value: Any, clean: Cleaner) -> Any:
    """Clean every string of a JSON value. From identifiers of the API, only keys and tokens are removed."""
    if isinstance(value, str):
        return clean(value.encode("utf-8", "replace").decode())  # replaces lone surrogates
    if isinstance(value, Mapping):
        return {_clean_key(key, clean): _clean_member(key, item, clean) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean_json(item, clean) for item in value]
    return value


def _clean_key(key: str, clean: Cleaner) -> str:
    return redact_keys(key) if _IDENTIFIER.fullmatch(key) else clean(key)


def _clean_member(key: str, value: Any, clean: Cleaner) -> Any:
    is_identifier = key in _PROTOCOL_KEYS and isinstance(value, str) and _IDENTIFIER.fullmatch(value)
    return redact_keys(value) if is_identifier else _clean_json(value, clean)


def _alternatives(texts: Iterable[str]) -> str:
    """Return a pattern that matches the texts as they are and as JSON escapes them, longest first."""
    spellings = {spelling for text in texts if text for spelling in (text, json.dumps(text)[1:-1])}
    return "|".join(map(re.escape, sorted(spellings, key=lambda spelling: (-len(spelling), spelling))))


def _literal(texts: Iterable[str]) -> re.Pattern[str]:
    alternatives = _alternatives(texts)
    return re.compile(alternatives) if alternatives else _MATCHES_NOTHING


def _folder(path: str, suffix: str = "") -> re.Pattern[str]:
    """Return a pattern for a folder and, in longer paths, the part that `suffix` matches."""
    trimmed = path.rstrip("/")
    return re.compile(rf"(?:{_alternatives({trimmed})})(?![\w.-]){suffix}") if trimmed else _MATCHES_NOTHING


def _names(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for the names as whole words. An underscore ends a word."""
    private_names = {name for name in names if len(name) >= _SHORTEST_NAME and name.lower() not in _ORDINARY_NAMES}
    if not private_names:
        return _MATCHES_NOTHING
    return re.compile(rf"{UNMARKED}{START}(?:{_alternatives(private_names)})(?![^\W_])", re.IGNORECASE)
