"""Compute run ids.

A run id is the first 12 hex digits of sha256 over canonical JSON (RFC 8785) of the inputs that can change a training:
the resolved config without a few excluded keys, and the versions of the data files that it names. RFC 8785 writes the
integer 1 and the float 1.0 identically, but Lightning reads `limit_train_batches: 1` as one batch and `1.0` as all
batches. Numbers whose type JSON would lose are therefore tagged before they are written.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any

import rfc8785

from compiler.base.canonical_json.parts import CanonicalParts

# Config groups that are not part of the run id. All other groups are, including those that a lab adds.
EXCLUDED_GROUPS = frozenset(
    {"experiment", "tracking", "agents", "resources", "hydra", "paths", "identity", "limits", "collaboration"}
) | {
    *("task_name", "tags", "logger", "extras"),  # labels and printed output, as in lightning-hydra-template
}
FUSE = "fuse"  # the key of the group `trainer` that allows one job to train several runs. Lightning does not get it.
EXCLUDED_TRAINER_KEYS = frozenset(
    {"accelerator", "devices", "default_root_dir", "enable_progress_bar", "enable_model_summary", "logger", FUSE}
)
# Keys of the group `data` that describe the data, or state where they are stored. No training gets them.
DATA_DECLARATIONS = frozenset({"groups", "licence", "personal_data", "human_subjects", "remote"})
# Classes of Lightning that only print.
_PRINTING_CALLBACKS = frozenset({"TQDMProgressBar", "RichProgressBar", "ModelSummary", "RichModelSummary"})
_WITHOUT_EFFECT = {"train": True, "test": True, "ckpt_path": None, "optimized_metric": None}
_MAX_SAFE_INTEGER = 2**53 - 1
_ABSENT = object()


class NotCanonical(Exception):
    """A config contains a value that cannot be written as canonical JSON."""


def identifying_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a resolved config that identifies a run."""
    identifying = {key: value for key, value in without_data_declarations(config).items() if key not in EXCLUDED_GROUPS}
    for key, value in _WITHOUT_EFFECT.items():
        if identifying.get(key, _ABSENT) is value:
            del identifying[key]
    trainer = identifying.get("trainer")
    if isinstance(trainer, Mapping):
        identifying["trainer"] = {key: value for key, value in trainer.items() if key not in EXCLUDED_TRAINER_KEYS}
    if acting := _acting_callbacks(identifying.pop("callbacks", None)):
        identifying["callbacks"] = acting
    for key in ignored_keys(config):
        identifying = without_key(identifying, key.split("."))
    return identifying


def training_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the config that a training gets, without keys that only describe the data, or how it is run."""
    return without_key(without_data_declarations(config), ["trainer", FUSE])


def without_data_declarations(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config whose group `data` has no keys that only describe the data."""
    data = config.get("data")
    if not isinstance(data, Mapping):
        return dict(config)
    return {**config, "data": {key: value for key, value in data.items() if key not in DATA_DECLARATIONS}}


def ignored_keys(config: Mapping[str, Any]) -> list[str]:
    """Return the dotted keys that a config excludes from the run id, as `identity: {ignore: [notes]}` does."""
    node = config.get("identity")
    keys = node.get("ignore") if isinstance(node, Mapping) else None
    return [key for key in keys if isinstance(key, str)] if isinstance(keys, list | tuple) else []


def without_key(config: Mapping[str, Any], keys: list[str]) -> dict[str, Any]:
    """Return a config without the value at a path of keys. The config is unchanged if it has no such value."""
    key, *rest = keys
    inner = config.get(key)
    if not rest or not isinstance(inner, Mapping):
        return {name: value for name, value in config.items() if name != key or rest}
    return {**config, key: without_key(inner, rest)}


def is_excluded(key: str) -> bool:
    """Return whether a dotted key is not part of the run id, so that all points of a sweep over it would be one run."""
    first, *rest = re.split(r"[./@]", key)
    excluded_keys = {"trainer": EXCLUDED_TRAINER_KEYS, "data": DATA_DECLARATIONS}.get(first, frozenset())
    return first in EXCLUDED_GROUPS or (rest[:1] != [] and rest[0] in excluded_keys)


def run_id(config: Mapping[str, Any], data: Mapping[str, str]) -> str:
    """Return the run id of a resolved config and its data versions: 12 hex digits.

    Raises:
        NotCanonical: A value is not null, a bool, a number, text, a list or a mapping.
    """
    parts = (b'{"config":', _parts.of_mapping(identifying_config(config)), b',"data":', _parts.of_mapping(data), b"}")
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def digest(value: Any) -> str:
    """Return 12 hex digits of sha256 over canonical JSON. Equal values give equal digits, however they are written."""
    return hashlib.sha256(canonical(value)).hexdigest()[:12]


def canonical(value: Any) -> bytes:
    """Return canonical JSON in which 1, 1.0, true and "1" are four different values."""
    return rfc8785.dumps(_tagged(value))


_parts = CanonicalParts(canonical)


def differing_keys(left: Any, right: Any, key: str = "") -> list[str]:
    """Return the dotted keys at which two nested configs differ, in order."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        names = sorted({*left, *right}, key=str)
        return [
            differing_key
            for name in names
            for differing_key in differing_keys(
                left.get(name, _ABSENT), right.get(name, _ABSENT), f"{key}.{name}".lstrip(".")
            )
        ]
    return [] if left is not _ABSENT and right is not _ABSENT and canonical(left) == canonical(right) else [key]


def _acting_callbacks(callbacks: Any) -> Any:
    """Return callbacks without empty entries and those that only print; an empty mapping if nothing is left."""
    if isinstance(callbacks, Mapping) and "_target_" not in callbacks:
        return {name: node for name, node in callbacks.items() if _acts(node)}
    if isinstance(callbacks, list | tuple):
        return [node for node in callbacks if _acts(node)] or {}
    return callbacks if _acts(callbacks) else {}


def _acts(node: Any) -> bool:
    target = node.get("_target_") if isinstance(node, Mapping) else None
    package, _, name = target.rpartition(".") if isinstance(target, str) else ("", "", "")
    return node is not None and not (name in _PRINTING_CALLBACKS and package.startswith("lightning."))


def _tagged(value: Any) -> Any:
    """Return a value for RFC 8785, in which a number whose type JSON would lose is a mapping with its type as key."""
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
    """Return a key as text. A key that starts with `$` gets a second one, so that it cannot be mistaken for a tag."""
    if isinstance(key, str):
        return f"${key}" if key.startswith("$") else key
    if key is None or isinstance(key, bool | int | float):
        return f"$key:{key!r}"
    raise NotCanonical(f"key {key!r} is a {type(key).__name__}")
