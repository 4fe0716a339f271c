"""A figure of a kind that code knows how to draw. What nobody refers to afterwards is left out of the document."""

from __future__ import annotations

from agents.rewording.tools.session import Desk, Refused
from agents.rewording.tools.tool import Arguments, Tool


class AskForFigure(Arguments):
    kind: str
    metric: str


def ask_for_figure(desk: Desk) -> Tool:
    def use(wish: AskForFigure) -> object:
        if wish.kind not in desk.figures:
            raise Refused(f"no figure of kind '{wish.kind}'; there are {', '.join(desk.figures)}")
        if wish.metric not in _metrics(desk):
            raise Refused(f"no metric '{wish.metric}'; there are {', '.join(sorted(_metrics(desk)))}")
        figure = desk.figures[wish.kind](wish.metric)
        if figure is None:
            raise Refused(f"the runs give nothing to draw for '{wish.kind}' of '{wish.metric}'")
        desk.asked[figure.id] = figure
        return {"exhibit": figure.id, "caption": figure.caption, "refer_to_it_as": f"{{{{ref:{figure.id}}}}}"}

    told = f"Asks for a figure: kind is one of {', '.join(desk.figures)}. Gives the id to refer to."
    return Tool("ask_for_figure", told, AskForFigure, use)


def _metrics(desk: Desk) -> frozenset[str]:
    """What was logged over epochs, and what the registered test compares."""
    compared = (desk.case.spec.get("compare") or {}).get("metric")
    return frozenset([*(series.metric for series in desk.case.series), *([compared] if compared else [])])
