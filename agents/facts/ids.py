"""Write levels and settings as text, and make texts valid in fact ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from compiler.base.level_label import label

__all__ = ["id_part", "label", "level_key", "metric_part"]
_NOT_IN_IDS = re.compile(r"[\s{}]+")
_BRACES = re.compile(r"[{}]+")


def id_part(name: str) -> str:
    """Return a name as part of an id: white space and braces become `_`, because placeholders end at a brace."""
    return _NOT_IN_IDS.sub("_", name)


def metric_part(name: str) -> str:
    """Return the name of a metric as part of an id: the name itself, `Top-1 (%)` included, without braces."""
    return " ".join(_BRACES.sub("_", name).split())


def level_key(levels: Mapping[str, Any]) -> str:
    """Return settings sorted by name, such as `model.lr=0.01,trainer.max_epochs=5`, or `all` if there are none."""
    return id_part(",".join(f"{key}={label(levels[key])}" for key in sorted(levels))) or "all"
