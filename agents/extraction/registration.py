"""Extract the facts of the registration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from agents.extraction.evidence import Evidence
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact


def registration_facts(evidence: Evidence) -> Iterator[Fact]:
    """Yield the planned runs and the changes of the registration.

    Without a registration, yield only whether hypothesis or test were changed after runs had finished.
    """
    results = FactBuilder("registration", "experiment", evidence.results.source, registration_facts)
    label = "whether hypothesis, test or number of runs were changed after runs had finished"
    yield results.fact("post_hoc", evidence.results.content.is_post_hoc, "", label)
    if evidence.registration is None:
        return
    builder = FactBuilder("registration", "experiment", evidence.registration.source, registration_facts)
    registration = evidence.registration.content
    planned_runs, revisions = registration.design["planned"]["runs"], len(registration.revisions)
    yield builder.fact("planned_runs", planned_runs, "runs", "runs planned before the first run")
    yield builder.fact("revisions", revisions, "revisions", "changes of the registration after it was made")
    yield builder.fact("registered_at", to_minute(registration.registered_at), "text", "time of registration")


def to_minute(iso_time: str) -> str:
    """Format an ISO time as `2026-11-24 13:19 UTC`. Other time zones are shown as offsets."""
    return datetime.fromisoformat(iso_time).strftime("%Y-%m-%d %H:%M %Z")
