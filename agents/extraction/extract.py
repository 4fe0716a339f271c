"""All facts, verdicts and series of an experiment, in the order that tables show them."""

from __future__ import annotations

from dataclasses import dataclass

from agents.extraction.arms import arm_facts, cell_facts
from agents.extraction.contrasts import contrast_facts
from agents.extraction.deliverables import deliverable_facts
from agents.extraction.evidence import Evidence
from agents.extraction.experiment import experiment_facts
from agents.extraction.groups import arms, cells, swept
from agents.extraction.hypothesis import verdicts_of
from agents.extraction.parent import parent_facts
from agents.extraction.registration import registration_facts
from agents.extraction.runs import run_facts
from agents.extraction.selection import selection_facts
from agents.extraction.series import series_of
from agents.extraction.versions import version_facts
from agents.facts.fact import Fact, Series, Verdict, by_id


@dataclass(frozen=True)
class Gathered:
    facts: tuple[Fact, ...]
    verdicts: tuple[Verdict, ...]
    series: tuple[Series, ...]


def gathered(evidence: Evidence) -> Gathered:
    """Raises DuplicateFact where two metrics would be told under one name."""
    facts = by_id(_facts(evidence))
    verdicts = tuple(verdicts_of(evidence, facts))
    return Gathered(tuple(facts.values()), verdicts, tuple(series_of(evidence.runs)))


def _facts(evidence: Evidence) -> list[Fact]:
    grouped, source = arms(evidence.runs, evidence.compare), evidence.results.source
    in_cells = cells(evidence.runs) if len(swept(evidence.runs)) > 1 else ()
    return [
        *experiment_facts(evidence, grouped),
        *registration_facts(evidence),
        *contrast_facts(evidence, grouped),
        *selection_facts(evidence, grouped),
        *arm_facts(grouped, evidence.metric, source),
        *cell_facts(in_cells, evidence.metric, source),
        *run_facts(evidence.runs, evidence.metric),
        *deliverable_facts(evidence),
        *parent_facts(evidence),
        *version_facts(evidence.runs),
    ]
