"""Write the spec of a job in JSON form as YAML."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from omegaconf import OmegaConf

from lab.intake.mapping.map_config import MappedConfig

HEADER = "# @package _global_"


def spec_text(experiment: Mapping[str, Any], mapped: MappedConfig, comment: str) -> str:
    """Return the text of a spec with group choices, an `experiment:` node and config values."""
    defaults = [{f"override /{group}": name} for group, name in sorted(mapped.choices.items())]
    parts: list[Mapping[str, Any]] = [{"defaults": defaults}] if defaults else []
    parts.append({"experiment": dict(experiment)})
    parts += [{key: value} for key, value in _nested(mapped.settings).items()]
    return "\n".join([f"{HEADER}\n# {comment}\n", *map(_yaml, parts)])


def source_comment(content: bytes) -> str:
    """Return the comment that names a job by its content, because a job and its file have several names."""
    return f"From a submitted job (sha256 {hashlib.sha256(content).hexdigest()[:16]}), mapped by conf/import.yaml."


def _nested(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return dotted keys as nested mappings."""
    tree: dict[str, Any] = {}
    for path, value in settings.items():
        *parents, last = path.split(".")
        node = tree
        for key in parents:
            node = node.setdefault(key, {})
        node[last] = value
    return tree


def _yaml(value: Mapping[str, Any]) -> str:
    """Return YAML in which texts that look like numbers are quoted."""
    return OmegaConf.to_yaml(OmegaConf.create(dict(value)))
