"""How facts and their subjects are called. The one place that spells an id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import rfc8785

_ODD = re.compile(r"[\s{}]+")


def label(value: Any) -> str:
    """A level as people write it: 0.1, 1e-1 and 0.10 are one level. Text stays as it is, the rest is RFC 8785."""
    return value if isinstance(value, str) else rfc8785.dumps(value).decode()


def plain(name: str) -> str:
    """A name fit for an id: placeholders end at a brace, so white space and braces become `_`."""
    return _ODD.sub("_", name)


def level_key(levels: Mapping[str, Any]) -> str:
    """`model.lr=0.01,trainer.max_epochs=5`: settings by name; `all` where nothing is set."""
    return plain(",".join(f"{key}={label(levels[key])}" for key in sorted(levels))) or "all"


def run_subject(point: str) -> str:
    return f"run[{plain(point)}]"


def arm_subject(levels: Mapping[str, Any]) -> str:
    return f"arm[{level_key(levels)}]"


def cell_subject(levels: Mapping[str, Any]) -> str:
    return f"cell[{level_key(levels)}]"


def contrast_subject(factor: str, level: str, control: str) -> str:
    """`level` and `control` are labels."""
    return f"contrast[{plain(f'{factor}={level}|{control}')}]"


def parent_subject(experiment_id: str) -> str:
    return f"parent[{plain(experiment_id)}]"
