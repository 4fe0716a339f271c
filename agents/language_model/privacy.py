"""What must not leave this machine, and what stands in its place.

It runs over every string of a request before anything else sees it, so caches and recordings hold no more than an
endpoint does. What is private by its form is in `private_forms.py`; here is what is private on this machine.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agents.language_model.protocol import Request
from compiler.base.redaction import PART, START, UNMARKED, marked, without_forms, without_keys

# What a protocol gives a meaning to: replaced, it would mean nothing.
_PROTOCOL = frozenset({"role", "type", "id", "tool_call_id", "name"})
_PLAIN = re.compile(r"[\w.-]{1,64}")
# Names of accounts and machines that say nothing about anybody, and are words of other things too.
_ORDINARY = frozenset(
    {"root", "user", "admin", "ubuntu", "debian", "localhost", "runner", "test", "model", "data", "work", "system"}
)
_SHORTEST_NAME = 3
SHORTEST_SECRET = 8  # characters; "EMPTY", which some servers want as a key, is none
_SECRET_NAME = re.compile(r"(?:key|token|secret|password|passwd|credential)s?(?:$|_)", re.IGNORECASE)
_NOTHING = re.compile(r"(?!)")

Clean = Callable[[str], str]


@dataclass(frozen=True)
class Privacy:
    """What is known of this machine. `secrets` are values that never leave, whatever they look like."""

    patterns: tuple[str, ...] = ()
    lab: str = ""
    home: str = ""
    host: str = ""
    user: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)


def privacy_of(environ: Mapping[str, str], *, patterns: Iterable[str] = (), lab: Path | None = None) -> Privacy:
    """What is private here. Values of variables that are named like secrets are secrets."""
    secrets = {value for name, value in environ.items() if _SECRET_NAME.search(name) and len(value) >= SHORTEST_SECRET}
    return Privacy(
        patterns=tuple(patterns),
        lab="" if lab is None else str(lab.absolute()),
        home=environ.get("HOME") or environ.get("USERPROFILE") or "",
        host=platform.node(),
        user=environ.get("USER") or environ.get("LOGNAME") or environ.get("USERNAME") or "",
        secrets=tuple(sorted(secrets)),
    )


def filtered(request: Request, privacy: Privacy) -> Request:
    """The request as it may leave. Filtering it again changes nothing."""
    clean = cleaner(privacy)
    return replace(
        request,
        messages=tuple(_cleaned(message, clean) for message in request.messages),
        schema=None if request.schema is None else _cleaned(request.schema, clean),
        tools=tuple(_cleaned(tool, clean) for tool in request.tools),
        parameters=_cleaned(request.parameters, clean),
    )


def cleaner(privacy: Privacy) -> Clean:
    """Replaces in one text: what the lab named first, then secrets, places, what looks private, and names."""
    first = [
        *((re.compile(pattern), "<private>") for pattern in privacy.patterns),
        (_literal(privacy.secrets), "<key>"),
        (_folder(privacy.lab), "<lab>"),
        (_folder(privacy.home, rf"(?:/{PART})*"), "<path>"),
    ]
    hosts = {privacy.host, privacy.host.split(".")[0]}
    last = [(_name(hosts), "<host>"), (_name({privacy.user}), "<user>")]

    def clean(text: str) -> str:
        for pattern, marker in first:
            text = marked(pattern, marker, text)
        text = without_forms(text)
        for pattern, marker in last:
            text = marked(pattern, marker, text)
        return text

    return clean


def _cleaned(value: Any, clean: Clean) -> Any:
    """A tree of JSON with every string cleaned; of names that a protocol reads, only what looks like a key."""
    if isinstance(value, str):
        return clean(value.encode("utf-8", "replace").decode())  # half a surrogate pair is no text
    if isinstance(value, Mapping):
        return {_key(key, clean): _member(key, item, clean) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item, clean) for item in value]
    return value


def _key(key: str, clean: Clean) -> str:
    return without_keys(key) if _PLAIN.fullmatch(key) else clean(key)


def _member(key: str, value: Any, clean: Clean) -> Any:
    is_protocol = key in _PROTOCOL and isinstance(value, str) and _PLAIN.fullmatch(value)
    return without_keys(value) if is_protocol else _cleaned(value, clean)


def _spellings(texts: Iterable[str]) -> str:
    """A pattern of texts as they are and as JSON escapes them, longest first."""
    spelled = {form for text in texts if text for form in (text, json.dumps(text)[1:-1])}
    return "|".join(map(re.escape, sorted(spelled, key=lambda form: (-len(form), form))))


def _literal(texts: Iterable[str]) -> re.Pattern[str]:
    spelled = _spellings(texts)
    return re.compile(spelled) if spelled else _NOTHING


def _folder(path: str, below: str = "") -> re.Pattern[str]:
    """A folder, with what `below` matches of a path behind it."""
    trimmed = path.rstrip("/")
    return re.compile(rf"(?:{_spellings({trimmed})})(?![\w.-]){below}") if trimmed else _NOTHING


def _name(names: Iterable[str]) -> re.Pattern[str]:
    """Whole words; an underscore ends one."""
    usable = {name for name in names if len(name) >= _SHORTEST_NAME and name.lower() not in _ORDINARY}
    if not usable:
        return _NOTHING
    return re.compile(rf"{UNMARKED}{START}(?:{_spellings(usable)})(?![^\W_])", re.IGNORECASE)
