"""Find the works of the library that are related to an experiment, and a sentence to quote from each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from agents.context.library import Entry

Relation = Literal["method", "swept", "tag", "word"]
_ABBREVIATIONS = {"lr": "learning rate", "wd": "weight decay"}
_TEXTS = ("name", "description", "hypothesis", "research_question", "rationale", "experiment_id")


def related_works(
    entries: Iterable[Entry], spec: Mapping[str, Any], excluded: re.Pattern[str] | None = None
) -> list[tuple[Entry, str]]:
    """Return the entries that share a keyword with the spec, in the order of the library, and that keyword.

    A keyword that contains a match of `excluded` in lower case is no topic of the text.
    """
    topics = _normalize(" ; ".join(_topics(spec)))
    matches = ((entry, _shared_keyword(entry, topics, excluded)) for entry in entries)
    return [(entry, keyword) for entry, keyword in matches if keyword]


def relation(keyword: str, spec: Mapping[str, Any]) -> Relation:
    """Return how a shared keyword is related to the experiment: by method, swept key, tag, or a word of a text."""
    parts = _swept_parts(spec)
    topics: dict[Relation, list[str]] = {
        "method": _methods(spec),
        "swept": [*parts, *_spelled_out(parts)],
        "tag": _tags(spec),
    }
    matching = (name for name, words in topics.items() if _normalize(keyword) in _normalize(" ; ".join(words)))
    return next(matching, "word")


def quotable_sentence(entry: Entry, keyword: str) -> str | None:
    """Return a sentence of the abstract with the keyword, else the first sentence, None without an abstract."""
    sentences = [sentence for sentence in re.split(r"(?<=[.?!])\s+(?=[A-Z])", entry.abstract) if sentence]
    on_topic = (sentence for sentence in sentences if _normalize(keyword).strip() in _normalize(sentence))
    return next(on_topic, sentences[0]) if sentences else None


def _shared_keyword(entry: Entry, topics: str, excluded: re.Pattern[str] | None) -> str:
    allowed = (keyword for keyword in entry.keywords if not (excluded and excluded.search(keyword.lower())))
    return next((keyword for keyword in allowed if _normalize(keyword) in topics), "")


def _topics(spec: Mapping[str, Any]) -> list[str]:
    texts = [str(spec.get(key) or "") for key in _TEXTS]
    parts = _swept_parts(spec)
    return [*texts, *_tags(spec), *parts, *_methods(spec), *_spelled_out(parts)]


def _tags(spec: Mapping[str, Any]) -> list[str]:
    return [str(tag) for tag in (spec.get("metadata") or {}).get("tags") or ()]


def _methods(spec: Mapping[str, Any]) -> list[str]:
    uses = {
        "random seeds": "seed" in _swept_keys(spec),
        "statistical testing": bool(spec.get("compare")),
        "preregistration": bool(spec.get("compare")),
        "hyperparameter search": bool(spec.get("search")),
    }
    return [method for method, is_used in uses.items() if is_used]


def _swept_parts(spec: Mapping[str, Any]) -> list[str]:
    """Return the words of the swept keys."""
    return [part for key in _swept_keys(spec) for part in re.split(r"[._]", key)]


def _spelled_out(words: Iterable[str]) -> list[str]:
    return [_ABBREVIATIONS[word] for word in words if word in _ABBREVIATIONS]


def _swept_keys(spec: Mapping[str, Any]) -> list[str]:
    sweep = spec.get("sweep")
    keys = list(sweep) if isinstance(sweep, Mapping) else []
    return [*keys, *(key for point in spec.get("points") or () for key in point.get("overrides") or {})]


def _normalize(text: str) -> str:
    """Return lower-case words in the singular, between spaces: `learning-rates` becomes ` learning rate `."""
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(word.removesuffix('s') if len(word) > 3 else word for word in words)} "
