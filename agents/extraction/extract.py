"""Extract all facts, verdicts and series of an experiment, in the order in which tables show them."""

from __future__ import annotations

from dataclasses import dataclass

from agents.extraction.arms import arm_facts, cell_facts
from agents.extraction.by_group import group_facts
from agents.extraction.closed_gates import closed_gate_facts
from agents.extraction.deliverables import deliverable_facts
from agents.extraction.evidence import Evidence
from agents.extraction.experiment import experiment_facts
from agents.extraction.groups import arms, cells, swept_keys
from agents.extraction.parent import parent_facts
from agents.extraction.registered.contrasts import contrast_facts
from agents.extraction.registered.further_estimates import further_facts
from agents.extraction.registered.registration import registration_facts
from agents.extraction.registered.settings import setting_facts
from agents.extraction.registered.tested_arms import tested_arm_facts
from agents.extraction.registered.verdicts import verdicts_of
from agents.extraction.reproductions import reproduction_facts
from agents.extraction.runs import run_facts
from agents.extraction.selection import selection_facts
from agents.extraction.series import series_of
from agents.extraction.versions import version_facts
from agents.facts.fact import Fact, by_id
from agents.facts.series import Series
from agents.facts.verdict import Verdict


@dataclass(frozen=True)
class Extracted:
    """The facts, verdicts and series of an experiment."""

    facts: tuple[Fact, ...]
    verdicts: tuple[Verdict, ...]
    series: tuple[Series, ...]


def extract(evidence: Evidence) -> Extracted:
    """Return the facts, verdicts and series. Raises DuplicateFact if two metrics have the same name in ids."""
    facts = by_id(_facts(evidence))
    verdicts = tuple(verdicts_of(evidence, facts))
    return Extracted(tuple(facts.values()), verdicts, tuple(series_of(evidence.runs)))


def _facts(evidence: Evidence) -> list[Fact]:
    arm_groups, source = arms(evidence.runs, evidence.factor), evidence.results.source
    cell_groups = cells(evidence.runs) if len(swept_keys(evidence.runs)) > 1 else ()
    return [
        *experiment_facts(evidence, arm_groups),
        *closed_gate_facts(evidence),
        *registration_facts(evidence),
        *setting_facts(evidence),
        *contrast_facts(evidence),
        *further_facts(evidence),
        *tested_arm_facts(evidence),
        *selection_facts(evidence, arm_groups),
        *arm_facts(arm_groups, evidence.metric, source),
        *cell_facts(cell_groups, evidence.metric, source),
        *group_facts(evidence),
        *run_facts(evidence.runs, evidence.metric),
        *deliverable_facts(evidence),
        *parent_facts(evidence),
        *reproduction_facts(evidence),
        *version_facts(evidence.runs),
    ]
