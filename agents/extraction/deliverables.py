"""Extract the facts of the deliverables: the number of met ones, and the result of each check."""

from __future__ import annotations

from collections.abc import Iterator

from agents.context.results import DeliverableResult
from agents.extraction.evidence import Evidence
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.subject import deliverable_subject


def deliverable_facts(evidence: Evidence) -> Iterator[Fact]:
    source, deliverables = evidence.results.source, evidence.results.content.deliverables
    builder = FactBuilder("deliverables", "experiment", source, deliverable_facts)
    required = [deliverable for deliverable in deliverables.values() if deliverable.is_required]
    met = sum(deliverable.is_validated for deliverable in required)
    yield builder.fact("required", len(required), "deliverables", "required deliverables", n=len(deliverables))
    yield builder.fact("met", met, "deliverables", "required deliverables that were validated", n=len(required))
    for name in sorted(deliverables):
        builder = FactBuilder(str(deliverable_subject(name)), "experiment", source, deliverable_facts)
        yield builder.fact("status", deliverables[name].status, "text", f"status of the deliverable {name}")
        yield builder.fact("detail", _detail(deliverables[name]), "text", f"result of the check of {name}")


def _detail(deliverable: DeliverableResult) -> str:
    """Return the detail. For a test this is only the conclusion, because only verdicts may compare."""
    is_test = deliverable.validation_method == "statistical_test"
    return deliverable.detail.partition(":")[0] if is_test else deliverable.detail
