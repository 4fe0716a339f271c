"""The tools that a document's model gets: those whose work somebody has provided for."""

from __future__ import annotations

from agents.wording.tools.ask_for_figure import ask_for_figure
from agents.wording.tools.derive_fact import derive_fact
from agents.wording.tools.desk import Desk
from agents.wording.tools.draft_proposal import draft_proposal
from agents.wording.tools.query_facts import query_facts
from agents.wording.tools.reading import read_genealogy, read_spec
from agents.wording.tools.toolbox import Toolbox

_ALWAYS = (query_facts, derive_fact, read_spec, read_genealogy)


def toolbox(desk: Desk, *, max_rounds: int = 4, max_calls: int = 8) -> Toolbox:
    """Figures only where some can be drawn, proposals only where somebody takes them."""
    makers = [*_ALWAYS]
    if desk.figures:
        makers.append(ask_for_figure)
    if desk.propose is not None:
        makers.append(draft_proposal)
    return Toolbox(desk, tuple(make(desk) for make in makers), max_rounds, max_calls)
