"""Entries of a report's appendix: a fact told whole, with its id, is its own support."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agents.documents.provenance import SHORT
from agents.facts.fact import Fact
from agents.facts.shown import shown

_CODE = re.compile(r"`([^`\s]+)`")
_MARKUP = re.compile(r"[*`\\]")


def is_entry(text: str, facts: Mapping[str, Fact]) -> bool:
    """Whether it says of a fact what the fact says, to the letter: value, label, n, id, function, file and hash."""
    named = (facts[name] for name in _CODE.findall(text) if name in facts)
    fact = next(named, None)
    if fact is None:
        return False
    said = " ".join(_MARKUP.sub("", text).split())
    where = f"{fact.id} · {fact.function} · {fact.source.file} (sha256 {fact.source.sha256[:SHORT]})"
    flags = [kind for kind, holds in (("post hoc", fact.is_post_hoc), ("prediction", fact.is_prediction)) if holds]
    flagged = f" ({', '.join(flags)})" if flags else ""
    told = f"{shown(fact)} {fact.label}{flagged}, n = {fact.n}. {where}"
    rest = said.removeprefix(" ".join(_MARKUP.sub("", told).split()))
    return rest != said and (not rest or rest.startswith(" · runs "))
