"""Which works of the library bear on an experiment, and what of them is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from agents.context.library import Entry

_ABBREVIATED = {"lr": "learning rate", "wd": "weight decay"}
_TEXTS = ("name", "description", "hypothesis", "research_question", "rationale", "experiment_id")


def related(entries: Iterable[Entry], spec: Mapping[str, Any]) -> list[tuple[Entry, str]]:
    """The entries that share a keyword with the spec, in the library's order, and the keyword that did it."""
    topics = _topics(spec)
    matches = ((entry, _shared(entry, topics)) for entry in entries)
    return [(entry, keyword) for entry, keyword in matches if keyword]


def bearing(topic: str, spec: Mapping[str, Any]) -> str:
    """How a shared topic bears on the experiment: `method`, `swept`, `tag`, or `word` of what it says of itself."""
    swept = [part for key in _swept(spec) for part in re.split(r"[._]", key)]
    tags = map(str, (spec.get("metadata") or {}).get("tags") or ())
    places = {
        "method": _methods(spec),
        "swept": [*swept, *(_ABBREVIATED[word] for word in swept if word in _ABBREVIATED)],
        "tag": tags,
    }
    found = (name for name, words in places.items() if _normal(topic) in _normal(" ; ".join(words)))
    return next(found, "word")


def quotable(entry: Entry, keyword: str) -> str | None:
    """A sentence of the abstract to quote: one on the keyword, else the opening one; None without an abstract."""
    sentences = [one for one in re.split(r"(?<=[.?!])\s+(?=[A-Z])", entry.abstract) if one]
    on_topic = (one for one in sentences if _normal(keyword).strip() in _normal(one))
    return next(on_topic, sentences[0]) if sentences else None


def _shared(entry: Entry, topics: str) -> str:
    return next((keyword for keyword in entry.keywords if _normal(keyword) in topics), "")


def _topics(spec: Mapping[str, Any]) -> str:
    """All that the spec is about as one normal text: its words, tags, swept keys and the methods that it asks for."""
    swept = [part for key in _swept(spec) for part in re.split(r"[._]", key)]
    tags = (spec.get("metadata") or {}).get("tags") or ()
    words = [*(str(spec.get(key) or "") for key in _TEXTS), *map(str, tags), *swept, *_methods(spec)]
    return _normal(" ; ".join([*words, *(_ABBREVIATED[word] for word in swept if word in _ABBREVIATED)]))


def _methods(spec: Mapping[str, Any]) -> list[str]:
    asked = {
        "random seeds": "seed" in _swept(spec),
        "statistical testing": bool(spec.get("compare")),
        "preregistration": bool(spec.get("compare")),
        "hyperparameter search": bool(spec.get("search")),
    }
    return [method for method, holds in asked.items() if holds]


def _swept(spec: Mapping[str, Any]) -> list[str]:
    changed = spec.get("sweep")
    keys = list(changed) if isinstance(changed, Mapping) else []
    return [*keys, *(key for point in spec.get("points") or () for key in point.get("overrides") or {})]


def _normal(text: str) -> str:
    """Words in small letters between spaces, a plural as its singular: `learning-rates` is ` learning rate `."""
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(word.removesuffix('s') if len(word) > 3 else word for word in words)} "
