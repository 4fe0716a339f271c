"""Replace private values in JSON: e-mail addresses, keys, absolute paths, addresses and the names of machines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compiler.base.redaction import redact

_HOST_KEYS = frozenset({"host", "hostname", "node", "user", "username"})


@dataclass(frozen=True)
class RedactedJson:
    """A JSON value without private values, and the paths of those that were replaced."""

    value: Any
    replaced: tuple[str, ...]

    @property
    def content(self) -> bytes:
        text = json.dumps(self.value, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False)
        return f"{text}\n".encode()

    @property
    def line(self) -> bytes:
        return f"{json.dumps(self.value, sort_keys=True, allow_nan=False, ensure_ascii=False)}\n".encode()


def redacted_json(value: Any) -> RedactedJson:
    """Return the value with markers such as `<path>` in place of private values. Keys are redacted as well."""
    replaced: list[str] = []
    return RedactedJson(_redacted(value, "", replaced), tuple(replaced))


def _redacted(value: Any, path: str, replaced: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {redact(str(key)): _member(str(key), item, path, replaced) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_redacted(item, f"{path}[{index}]", replaced) for index, item in enumerate(value)]
    if isinstance(value, str) and (text := redact(value)) != value:
        replaced.append(path)
        return text
    return value


def _member(key: str, value: Any, path: str, replaced: list[str]) -> Any:
    place = f"{path}.{redact(key)}" if path else redact(key)
    if key.lower() in _HOST_KEYS and isinstance(value, str):
        replaced.append(place)
        return "<host>" if "user" not in key.lower() else "<user>"
    return _redacted(value, place, replaced)
