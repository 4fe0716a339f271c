"""State whether the test was fixed before its runs, by which registration, and which runs it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from agents.writers.shared.case_view import CaseView
from agents.writers.shared.template_text import fact, noun


def registration_statement(view: CaseView, *, has_reason: bool = True) -> str:
    """Return the standing of the test. A test is called registered before the runs only if it was.

    `has_reason`: with the reason why a test is exploratory. The sentence of its verdict contains the reason, too.
    """
    if view.case.registration is None:
        chosen = "Hypothesis and test" if view.has_test else "The hypothesis"
        return (
            f"No registration was written before the runs. {chosen} may have been chosen after values were known, so "
            "all results are exploratory."
        )
    standing = _confirmatory(view) if view.is_registered else _exploratory(view, has_reason=has_reason)
    return " ".join((*standing, *_changes(view)))


def _confirmatory(view: CaseView) -> Iterator[str]:
    items = "hypothesis, metric, test and number of runs" if view.has_test else "hypothesis and number of runs"
    if view.is_registered_before_any_run:
        yield f"The registration of {_date_and_commit(view)} fixed {items} before any run."
    else:
        yield f"The registration of {_date_and_commit(view)} fixed {items}. {_basis(view)}"
    if view.has("registration.planned_look"):
        looks = fact("registration.planned_looks")
        yield f"This is look {fact('registration.planned_look')} of the {looks} looks that it planned."
    if view.has("registration.siblings"):
        yield f"Other experiments registered tests of the same runs: {fact('registration.siblings')}."


def _exploratory(view: CaseView, *, has_reason: bool) -> Iterator[str]:
    if not view.has_test:
        yield f"The results are exploratory: {fact('registration.reason')}."
    elif has_reason:
        yield f"The test is exploratory and cannot confirm the claim: {fact('registration.reason')}."
    yield f"The registration was written at {_date_and_commit(view)}."
    # Without fresh runs, the reason is that all runs were known.
    if view.has_test and view.count("registration.known_runs") and view.count("registration.fresh_runs"):
        yield _basis(view)


def _basis(view: CaseView) -> str:
    known, fresh = view.count("registration.known_runs"), view.count("registration.fresh_runs")
    were = noun(known, "run was", "runs were")
    if not fresh:
        return f"{fact('registration.known_runs')} {were} known by then, so no run is left for the registered test."
    rest = f"{fact('registration.fresh_runs')} {noun(fresh, 'run that was', 'runs that were')}"
    return (
        f"{fact('registration.known_runs')} {were} known by then, so the registered test rests on the {rest} trained "
        "after it."
    )


def _changes(view: CaseView) -> Iterator[str]:
    revisions = view.count("registration.revisions")
    if revisions:
        yield f"The file of the registration records {fact('registration.revisions')} {noun(revisions, 'change')}."


def _date_and_commit(view: CaseView) -> str:
    """Return `2026-11-24 13:19 UTC (commit 1a2b3c, which contains the spec)`."""
    date = fact("registration.registered_at")
    if not view.has("registration.commit"):
        return f"{date} (no git commit)"
    contains = "contains" if view.value("registration.spec_committed") else "does not contain"
    return f"{date} (commit {fact('registration.commit')}, which {contains} the spec as registered)"
