"""A tool that draws a figure of a known kind. A figure that no text refers to is omitted from the document."""

from __future__ import annotations

from agents.review.lexicon.subjects import tested_metric
from agents.rewording.tools.session import CallRejected, ToolSession
from agents.rewording.tools.tool import Arguments, Tool


class AskForFigure(Arguments):
    kind: str
    metric: str


def ask_for_figure_tool(session: ToolSession) -> Tool:
    kinds, metrics = ", ".join(session.figure_kinds), _metrics(session)

    def run(arguments: AskForFigure) -> object:
        kind, metric = arguments.kind, arguments.metric
        if kind not in session.figure_kinds:
            raise CallRejected(f"no figure of kind '{kind}'; use one of {kinds}")
        if metric not in metrics:
            raise CallRejected(f"no metric '{metric}'; use one of {', '.join(sorted(metrics))}")
        figure = session.figure_kinds[kind](metric)
        if figure is None:
            raise CallRejected(f"the runs have no values for a figure of kind '{kind}' and metric '{metric}'")
        session.requested_figures[figure.id] = figure
        return {"exhibit": figure.id, "caption": figure.caption, "refer_to_it_as": f"{{{{ref:{figure.id}}}}}"}

    description = f"Asks for a figure: kind is one of {kinds}. Gives the id to refer to."
    return Tool("ask_for_figure", description, AskForFigure, run)


def _metrics(session: ToolSession) -> frozenset[str]:
    """Return the metrics that were logged over epochs, and the metric of the registered test."""
    metrics = [*(series.metric for series in session.case.series), tested_metric(session.case.book)]
    return frozenset(metrics) - {""}
