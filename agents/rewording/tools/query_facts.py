"""Facts by subject or by words: single runs are not in the briefing, and can be asked for."""

from __future__ import annotations

from agents.facts.fact import Fact
from agents.rewording.prompting.briefing import fact_line
from agents.rewording.tools.session import Desk, Refused
from agents.rewording.tools.tool import Arguments, Tool

MOST = 60


class QueryFacts(Arguments):
    subject: str | None = None
    contains: str | None = None


def query_facts(desk: Desk) -> Tool:
    def use(query: QueryFacts) -> object:
        found = [fact for fact in desk.book.facts.values() if _matches(fact, query)]
        if not found:
            subjects = sorted({fact.subject for fact in desk.book.facts.values()})[:MOST]
            raise Refused(f"no fact matches; subjects are {', '.join(subjects)}")
        return {"facts": [fact_line(fact) for fact in found[:MOST]], "left_off": max(0, len(found) - MOST)}

    told = "Facts of one subject, or whose id or label contains a word. Without arguments: the first of all."
    return Tool("query_facts", told, QueryFacts, use)


def _matches(fact: Fact, query: QueryFacts) -> bool:
    word = (query.contains or "").casefold()
    return query.subject in (None, fact.subject) and (word in fact.id.casefold() or word in fact.label.casefold())
