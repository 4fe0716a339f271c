"""Assemble the tools for a document."""

from __future__ import annotations

from agents.rewording.tools.ask_for_figure import ask_for_figure_tool
from agents.rewording.tools.derive_fact import derive_fact_tool
from agents.rewording.tools.draft_proposal import draft_proposal_tool
from agents.rewording.tools.query_facts import query_facts_tool
from agents.rewording.tools.read_spec import read_genealogy_tool, read_spec_tool
from agents.rewording.tools.session import ToolSession
from agents.rewording.tools.tool import Toolbox


def make_toolbox(session: ToolSession, *, max_rounds: int = 4, max_calls: int = 8) -> Toolbox:
    """Return the tools. Figures and proposals are offered only if the session supports them."""
    makers = [query_facts_tool, derive_fact_tool, read_spec_tool, read_genealogy_tool]
    if session.figure_kinds:
        makers.append(ask_for_figure_tool)
    if session.propose is not None:
        makers.append(draft_proposal_tool)
    return Toolbox(session, tuple(make(session) for make in makers), max_rounds, max_calls)
