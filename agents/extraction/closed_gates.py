"""Extract why the gates of the training and the validation are closed, for the label of every document."""

from __future__ import annotations

from collections.abc import Iterator

from agents.extraction.evidence import Evidence
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact


def closed_gate_facts(evidence: Evidence) -> Iterator[Fact]:
    """Yield a fact for each closed gate. They exist only if the spec has `on_gate: continue`."""
    for gate in evidence.closed_gates:
        name, builder = gate.content.name, FactBuilder("gate", "experiment", gate.source, closed_gate_facts)
        yield builder.fact(f"{name}.why", gate.content.why, "text", f"why the {name} gate is closed")
