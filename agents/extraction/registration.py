"""Facts of what was promised before the first run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from agents.extraction.evidence import Evidence
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact


def registration_facts(evidence: Evidence) -> Iterator[Fact]:
    """None without a registration but whether claim or test were changed once runs had finished."""
    results = FactBuilder("registration", "experiment", evidence.results.source, registration_facts)
    is_post_hoc = bool(evidence.results.content["post_hoc"])
    yield results.fact("post_hoc", is_post_hoc, "", "whether claim, test or size were changed after runs had finished")
    if evidence.registration is None:
        return
    about = FactBuilder("registration", "experiment", evidence.registration.source, registration_facts)
    content = evidence.registration.content
    revisions = len(content["revisions"])
    yield about.fact("planned_runs", content["planned"]["runs"], "runs", "runs planned before the first")
    yield about.fact("revisions", revisions, "revisions", "changes of the registration after it was made")
    yield about.fact("registered_at", minute(content["registered_at"]), "text", "when the registration was made")


def minute(moment: str) -> str:
    """`2026-11-24 13:19 UTC` of an ISO time; other zones as their offset."""
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M %Z")
