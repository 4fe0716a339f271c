"""Facts of each run: what it measured, what it cost, why it failed."""

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
    """Facts of every point's run. A run that did not measure `metric`, which the experiment is about, says so."""
    for run in runs:
        subject = run_subject(run.point)
        about = FactBuilder.about(subject, run.status.source, run_facts)
        yield from _told(about, run)
        yield from measured_facts(about, run, metric)
        for name, (value, source) in system_metrics(run).items():
            yield about.fact(f"system.{name}", value, unit_of(name), f"{name} of {subject}", source=source)


def measured_facts(about: FactBuilder, run: RunFiles, metric: str) -> Iterator[Fact]:
    """One fact for each metric of the run, and `metric` in any case."""
    found = {metric: (None, run.status.source), **metrics(run)}
    for name, (value, source) in found.items():
        missing = "" if value is not None else " (not finite, or not measured)"
        yield about.fact(name, value, unit_of(name), f"{name} of {about.subject}{missing}", source=source)


def _told(about: FactBuilder, run: RunFiles) -> Iterator[Fact]:
    status, subject = run.status.content, about.subject
    yield about.fact("id", run.run_id, "text", f"run id of {subject}")
    seconds = status.get("duration_seconds")
    yield about.fact("seconds", None if seconds is None else float(seconds), "s", f"seconds that {subject} took")
    if not run.is_completed:
        yield about.fact("failure", failure_line(run.status.content), "text", f"why {subject} failed")
    for path in (PROVENANCE, CONFIG):
        document = run.documents.get(path)
        seed = (document.content.get("config") or document.content).get("seed") if document else None
        if document and isinstance(seed, int):
            yield about.fact("seed", seed, "seed", f"seed of {subject}", source=document.source)
            return
