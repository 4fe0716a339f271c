"""Read word lists: YAML files beside the modules that use them, such as `idioms.words.yaml` for `idioms.py`.

Entries are regular expressions for lower-case text. `<name>` in an entry stands for the entries of the list `name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_REFERENCE = re.compile(r"<(\w+)>")


@lru_cache
def word_lists(module_file: str) -> dict[str, Any]:
    """Return the word lists of a module, by name. `module_file` is its `__file__`."""
    lists: dict[str, Any] = yaml.safe_load(Path(module_file).with_suffix(".words.yaml").read_text(encoding="utf-8"))
    return lists


def alternatives(lists: dict[str, Any], *names: str) -> str:
    """Return a pattern that matches any entry of the lists `names`. Earlier entries are tried first."""
    return "|".join(_expanded(str(entry), lists) for name in names for entry in lists[name])


def whole_words(entries: Iterable[str]) -> re.Pattern[str]:
    """Compile a pattern that matches any of `entries`, at word boundaries only."""
    return re.compile(rf"\b(?:{'|'.join(entries)})\b")


def _expanded(entry: str, lists: dict[str, Any]) -> str:
    def referenced(match: re.Match[str]) -> str:
        return f"(?:{alternatives(lists, match[1])})" if match[1] in lists else match[0]

    return _REFERENCE.sub(referenced, entry)
