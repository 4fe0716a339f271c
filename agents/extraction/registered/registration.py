"""Extract the facts of the registration: its time, its commit, and the standing that it gives the test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from agents.extraction.evidence import Evidence
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Value


def registration_facts(evidence: Evidence) -> Iterator[Fact]:
    """Yield the standing of the test, and the planned runs and changes of the registration if there is one."""
    results = FactBuilder("registration", "experiment", evidence.results.source, registration_facts)
    for name, value, unit, label in _standing(evidence):
        yield results.fact(name, value, unit, label)
    if evidence.registration is None:
        return
    builder = FactBuilder("registration", "experiment", evidence.registration.source, registration_facts)
    registration = evidence.registration.content
    planned_runs, revisions = registration.design["planned"]["runs"], len(registration.revisions)
    yield builder.fact("planned_runs", planned_runs, "runs", "runs that the registration planned")
    yield builder.fact("revisions", revisions, "revisions", "changes of the registration after it was made")
    status = evidence.results.content.registration
    registered_at = to_minute(status.registered_at or registration.registered_at)
    yield builder.fact("registered_at", registered_at, "text", "time of registration")


def to_minute(iso_time: str) -> str:
    """Format an ISO time as `2026-11-24 13:19 UTC`. Other time zones are shown as offsets."""
    return datetime.fromisoformat(iso_time).strftime("%Y-%m-%d %H:%M %Z")


def _standing(evidence: Evidence) -> Iterator[tuple[str, Value, str, str]]:
    """Yield name, value, unit and label of the facts about the standing of the test."""
    status, is_post_hoc = evidence.results.content.registration, evidence.results.content.is_post_hoc
    yield "post_hoc", is_post_hoc, "", "whether the test is exploratory, because it was not fixed before its runs"
    yield "standing", status.standing, "text", "standing of the test: confirmatory, exploratory or unregistered"
    yield "reason", status.reason or None, "text", "why the test is not confirmatory"
    yield "fresh_runs", status.fresh_runs, "runs", "runs that started after the registration; the test rests on them"
    yield "known_runs", len(status.known_runs), "runs", "runs that could be known at the registration"
    yield "looks", status.looks, "looks", "earlier evaluations of the test on other runs"
    number, looks = (status.planned_look.number, status.planned_look.looks) if status.planned_look else (None, None)
    yield "planned_look", number, "looks", "number of this look in the registered plan"
    yield "planned_looks", looks, "looks", "looks in the registered plan"
    yield (
        "siblings",
        ", ".join(status.siblings) or None,
        "text",
        "other experiments with a registered test of these runs",
    )
    yield "commit", status.commit[:12] or None, "text", "git commit at the registration"
    yield "spec_committed", status.spec_committed, "", "whether that commit contains the spec as registered"
