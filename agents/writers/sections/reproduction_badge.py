"""State in a report how often its runs were reproduced. Without a recorded reproduction, nothing is stated."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Paragraph
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.required_statements import required
from agents.writers.shared.template_text import fact, noun


def reproduction_badge(view: CaseView) -> tuple[Paragraph, ...]:
    """Return the badge of a report, empty if no reproduction of its runs is recorded."""
    if not view.has("reproduction.records"):
        return ()
    return (required(" ".join((_headline(view), *_details(view)))),)


def _headline(view: CaseView) -> str:
    agreeing, total = view.count("reproduction.runs"), view.count("experiment.runs.completed")
    if agreeing == total:
        times = noun(view.count("reproduction.times"), "time")
        return (
            f"**Reproduced {fact('reproduction.times')} {times}:** every completed run was trained again "
            "from its record, and its latest repetition agrees."
        )
    state = "Reproduced in part" if agreeing else "Not reproduced"
    if not view.has("reproduction.last"):
        state = "Not repeated with the recorded code"
    share = f"{fact('reproduction.repeated_runs')} of {fact('experiment.runs.completed')} completed"
    verb = noun(view.count("reproduction.repeated_runs"), "was", "were")
    return f"**{state}:** {share} {noun(total, 'run')} {verb} repeated: {', '.join(_counts(view))}."


def _counts(view: CaseView) -> Iterator[str]:
    """Yield how many runs agree, differ, could not be repeated, and were not repeated."""
    yield f"{fact('reproduction.runs')} {noun(view.count('reproduction.runs'), 'agrees', 'agree')} with the record"
    if differing := view.count("reproduction.differing_runs"):
        yield f"{fact('reproduction.differing_runs')} {noun(differing, 'differs', 'differ')}"
    if view.count("reproduction.failed_runs"):
        yield f"{fact('reproduction.failed_runs')} could not be repeated"
    if unrepeated := view.count("reproduction.unrepeated_runs"):
        yield f"{fact('reproduction.unrepeated_runs')} {noun(unrepeated, 'was', 'were')} not repeated"


def _details(view: CaseView) -> Iterator[str]:
    if view.has("reproduction.cause"):
        yield f"Runs that do not agree: {fact('reproduction.cause')}."
    if view.has("reproduction.last"):
        hardware = f" on {fact('reproduction.hardware')}" if view.has("reproduction.hardware") else ""
        yield f"Last repetition: {fact('reproduction.last')}{hardware}. Its result: {fact('reproduction.result')}."
    if view.has("reproduction.tolerance"):
        yield f"The relative tolerance for numbers is {fact('reproduction.tolerance')}."
    if other := view.count("reproduction.other_code"):
        repetitions = noun(other, "repetition")
        yield (
            f"{fact('reproduction.other_code')} {repetitions} used other code and did not agree, "
            "which says nothing about the record."
        )
