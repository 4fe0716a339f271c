"""A tool that finds facts by subject or by a word, for example the facts of single runs, which no briefing lists."""

from __future__ import annotations

from agents.facts.fact import Fact
from agents.rewording.prompting.briefing import fact_entry
from agents.rewording.tools.session import CallRejected, ToolSession
from agents.rewording.tools.tool import Arguments, Tool

_MAX_ANSWERS = 60
_DESCRIPTION = "Facts of one subject, or whose id or label contains a word. Without arguments: the first of all."


class QueryFacts(Arguments):
    subject: str | None = None
    contains: str | None = None


def query_facts_tool(session: ToolSession) -> Tool:
    def run(query: QueryFacts) -> object:
        matches = [fact for fact in session.book.facts.values() if _matches(fact, query)]
        if not matches:
            subjects = sorted({fact.subject for fact in session.book.facts.values()})[:_MAX_ANSWERS]
            raise CallRejected(f"no fact matches; subjects are {', '.join(subjects)}")
        facts = [fact_entry(fact) for fact in matches[:_MAX_ANSWERS]]
        return {"facts": facts, "left_off": max(0, len(matches) - _MAX_ANSWERS)}

    return Tool("query_facts", _DESCRIPTION, QueryFacts, run)


def _matches(fact: Fact, query: QueryFacts) -> bool:
    word = (query.contains or "").casefold()
    return query.subject in (None, fact.subject) and (word in fact.id.casefold() or word in fact.label.casefold())
