"""State in a report how often its runs were reproduced. Without a recorded reproduction, nothing is stated."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Paragraph
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.required_statements import required
from agents.writers.shared.template_text import fact, noun
from compiler.reproduction.reproduction import REPRODUCED


def reproduction_badge(view: CaseView) -> tuple[Paragraph, ...]:
    """Return the badge of a report, empty if no reproduction of its runs is recorded."""
    if not view.has("reproduction.result"):
        return ()
    return (required(" ".join((_headline(view), *_details(view)))),)


def _headline(view: CaseView) -> str:
    runs, total = view.count("reproduction.runs"), view.count("experiment.runs.completed")
    share = f"{fact('reproduction.runs')} of {fact('experiment.runs.completed')} completed {noun(total, 'run')}"
    if view.value("reproduction.result") not in REPRODUCED:
        return f"**Not reproduced:** {share} {noun(runs, 'agrees', 'agree')} with the latest recorded repetition."
    if not view.count("reproduction.times"):
        return f"**Reproduced in part:** {share} {noun(runs, 'was', 'were')} trained again with the recorded results."
    times = noun(view.count("reproduction.times"), "time")
    return (
        f"**Reproduced {fact('reproduction.times')} {times}:** every completed run was trained again from its record."
    )


def _details(view: CaseView) -> Iterator[str]:
    hardware = f" on {fact('reproduction.hardware')}" if view.has("reproduction.hardware") else ""
    yield f"Last repetition: {fact('reproduction.last')}{hardware}. Result: {fact('reproduction.result')}."
    if view.has("reproduction.tolerance"):
        yield f"The relative tolerance for numbers is {fact('reproduction.tolerance')}."
    if view.has("reproduction.cause"):
        yield f"Divergence: {fact('reproduction.cause')}."
