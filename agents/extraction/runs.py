"""Extract the facts of each run: metrics, resource usage, and the reason if it failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.extraction.evidence import CONFIG, PROVENANCE, RunFiles
from agents.extraction.measurements import metrics, system_metrics
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.subject import run_subject
from agents.facts.units import unit_of
from compiler.runs.run_status import failure_line


def run_facts(runs: Sequence[RunFiles], metric: str) -> Iterator[Fact]:
    """Yield the facts of every point. For a run that did not log `metric`, the fact of this metric has no value."""
    for run in runs:
        subject = run_subject(run.point)
        builder = FactBuilder.about(subject, run.status.source, run_facts)
        yield from _status_facts(builder, run)
        yield from measured_facts(builder, run, metric)
        for name, (value, source) in system_metrics(run).items():
            yield builder.fact(f"system.{name}", value, unit_of(name), f"{name} of {subject}", source=source)


def measured_facts(builder: FactBuilder, run: RunFiles, metric: str) -> Iterator[Fact]:
    """Yield one fact for each metric of the run, and always one for `metric`."""
    measured = {metric: (None, run.status.source), **metrics(run)}
    for name, (value, source) in measured.items():
        missing = "" if value is not None else " (not finite, or not measured)"
        yield builder.fact(name, value, unit_of(name), f"{name} of {builder.subject}{missing}", source=source)


def _status_facts(builder: FactBuilder, run: RunFiles) -> Iterator[Fact]:
    subject = builder.subject
    yield builder.fact("id", run.run_id, "text", f"run id of {subject}")
    yield builder.fact("seconds", run.seconds, "s", f"duration of {subject}")
    if not run.is_completed:
        yield builder.fact("failure", failure_line(run.status.content.to_json()), "text", f"why {subject} failed")
    for path in (PROVENANCE, CONFIG):
        document = run.documents.get(path)
        seed = (document.content.get("config") or document.content).get("seed") if document else None
        if document and isinstance(seed, int):
            yield builder.fact("seed", seed, "seed", f"seed of {subject}", source=document.source)
            return
