"""What makes two trainings the same training.

A run id is the first 12 hex digits of sha256 over the canonical JSON (RFC 8785) of all that can influence a
training: the resolved config but for a short list of keys, and the versions of the data it names. RFC 8785 writes
the integer 1 and the float 1.0 alike, yet Lightning reads `limit_train_batches: 1` as one batch and `1.0` as all of
them. So a number that JSON would blur is tagged before it is written.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any

import rfc8785

# Everything else counts, also a group that a user adds.
EXCLUDED_GROUPS = frozenset({"experiment", "tracking", "agents", "resources", "hydra", "paths"})
EXCLUDED_TRAINER_KEYS = frozenset(
    {"accelerator", "devices", "default_root_dir", "enable_progress_bar", "enable_model_summary"}
)
_MAX_SAFE_INTEGER = 2**53 - 1
_ABSENT = object()


class NotCanonical(Exception):
    """A config holds a value that has no canonical text."""


def identifying_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a resolved config that identifies a run."""
    kept = {key: value for key, value in config.items() if key not in EXCLUDED_GROUPS}
    trainer = kept.get("trainer")
    if isinstance(trainer, Mapping):
        kept["trainer"] = {key: value for key, value in trainer.items() if key not in EXCLUDED_TRAINER_KEYS}
    return kept


def is_excluded(key: str) -> bool:
    """Whether a dotted key cannot change a run, so that a sweep over it would train one run many times."""
    first, *rest = re.split(r"[./@]", key)
    return first in EXCLUDED_GROUPS or (first == "trainer" and rest[:1] != [] and rest[0] in EXCLUDED_TRAINER_KEYS)


def run_id(config: Mapping[str, Any], data: Mapping[str, str]) -> str:
    """12 hex digits for a resolved config and the data versions it was resolved with.

    Raises:
        NotCanonical: a value is none of null, bool, number, text, list, mapping.
    """
    return digest({"config": identifying_config(config), "data": dict(data)})


def digest(value: Any) -> str:
    """12 hex digits of sha256 over canonical JSON: equal for equal values, however they were spelled."""
    return hashlib.sha256(canonical(value)).hexdigest()[:12]


def canonical(value: Any) -> bytes:
    """Canonical JSON in which 1, 1.0, true and "1" stay four different values."""
    return rfc8785.dumps(_tagged(value))


def differing_keys(left: Any, right: Any, key: str = "") -> list[str]:
    """Dotted keys at which two trees differ, in order."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        names = sorted({*left, *right}, key=str)
        return [
            found
            for name in names
            for found in differing_keys(left.get(name, _ABSENT), right.get(name, _ABSENT), f"{key}.{name}".lstrip("."))
        ]
    return [] if left is not _ABSENT and right is not _ABSENT and canonical(left) == canonical(right) else [key]


def _tagged(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _MAX_SAFE_INTEGER else {"$int": str(value)}
    if isinstance(value, float):
        return value if math.isfinite(value) and not value.is_integer() else {"$float": repr(value)}
    if isinstance(value, Mapping):
        return {_tagged_key(key): _tagged(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_tagged(item) for item in value]
    raise NotCanonical(f"{value!r} is a {type(value).__name__}, not text, number, bool, null, list or mapping")


def _tagged_key(key: object) -> str:
    """A key as text. One that could be taken for a tag is told apart by another `$`."""
    if isinstance(key, str):
        return f"${key}" if key.startswith("$") else key
    if key is None or isinstance(key, bool | int | float):
        return f"$key:{key!r}"
    raise NotCanonical(f"key {key!r} is a {type(key).__name__}")
