"""The tools that a document's model gets: those whose work somebody has provided for."""

from __future__ import annotations

from agents.rewording.tools.ask_for_figure import ask_for_figure
from agents.rewording.tools.derive_fact import derive_fact
from agents.rewording.tools.draft_proposal import draft_proposal
from agents.rewording.tools.query_facts import query_facts
from agents.rewording.tools.read_spec import read_genealogy, read_spec
from agents.rewording.tools.session import Desk
from agents.rewording.tools.tool import Toolbox

_ALWAYS = (query_facts, derive_fact, read_spec, read_genealogy)


def toolbox(desk: Desk, *, max_rounds: int = 4, max_calls: int = 8) -> Toolbox:
    """Figures only where some can be drawn, proposals only where somebody takes them."""
    makers = [*_ALWAYS]
    if desk.figures:
        makers.append(ask_for_figure)
    if desk.propose is not None:
        makers.append(draft_proposal)
    return Toolbox(desk, tuple(make(desk) for make in makers), max_rounds, max_calls)
