"""Facts of what was promised as files, and whether it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agents.extraction.evidence import Evidence
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.subject import deliverable_subject


def deliverable_facts(evidence: Evidence) -> Iterator[Fact]:
    about = FactBuilder("deliverables", "experiment", evidence.results.source, deliverable_facts)
    found = evidence.results.content["deliverables_status"]
    required = [one for one in found.values() if one["required"]]
    met = sum(bool(one["validated"]) for one in required)
    yield about.fact("required", len(required), "deliverables", "deliverables that are required", n=len(found))
    yield about.fact("met", met, "deliverables", "required deliverables that were validated", n=len(required))
    for name in sorted(found):
        each = FactBuilder(str(deliverable_subject(name)), "experiment", evidence.results.source, deliverable_facts)
        yield each.fact("status", found[name]["status"], "text", f"whether {name} was validated")
        yield each.fact("detail", _detail(found[name]), "text", f"what the check of {name} found")


def _detail(deliverable: Mapping[str, Any]) -> str:
    """Of a test only its conclusion: how it is said is for the verdict, which may compare."""
    detail = str(deliverable["detail"])
    return detail.partition(":")[0] if deliverable["validation_method"] == "statistical_test" else detail
