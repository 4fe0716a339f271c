"""Collect what a decision about a proposal needs: its purpose, config diff, cost, and what its test could show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from agents.analysis.analysis_schema import Analysis
from agents.analysis.merged_book import with_analyses
from agents.documents.plain_text import plain_text
from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.plan.genealogy_entry import Modification
from compiler.plan.model import Plan, PlannedExperiment
from compiler.view.describe_test import claim_lines
from compiler.view.explain import Explanation, explain
from compiler.view.status import experiment_states
from compiler.view.training_cost import training_cost
from lab.collaboration.proposal_files import Proposal
from rules.planning.plan_experiment import NotPlannable
from rules.planning.power_warnings import estimated_power
from rules.reporting.analysis_files import without_rewording
from rules.reporting.load_case import read_book


@dataclass(frozen=True)
class ProposalDetails:
    """What a proposed experiment would do. `power` is None until `with_power` has simulated the test."""

    explanation: Explanation
    purpose: str
    rationale: str
    power: str | None = None

    @property
    def experiment(self) -> PlannedExperiment:
        return self.explanation.experiment

    @property
    def modifications(self) -> tuple[Modification, ...]:
        return self.explanation.genealogy.modifications

    @property
    def cost_line(self) -> str:
        """The number of runs to train and the estimated hours."""
        runs = f"{len(self.experiment.runs)} runs, {len(self.explanation.to_train)} to train"
        estimate = self.explanation.cost.line if self.explanation.cost else ""
        return f"{runs}; {estimate}" if self.explanation.to_train else f"{runs}; nothing to train"

    @property
    def claims(self) -> list[str]:
        test = self.experiment.design.test
        return claim_lines(test) if test else []

    def to_json(self) -> dict[str, Any]:
        question = self.experiment.spec.get("research_question")
        return self.explanation.to_json() | {
            "purpose": self.purpose,
            "rationale": self.rationale,
            "research_question": question or "",
            "cost": self.cost_line,
            "claims": self.claims,
            "power": self.power,
        }


def proposal_details(lab: Lab, plan: Plan, proposal: Proposal) -> ProposalDetails:
    """Return the details of a proposal. `plan` is the plan that includes it."""
    experiment = plan.experiments[proposal.id]
    explanation = explain(experiment.id, plan, experiment_states(lab, plan)[experiment.id])
    cost = training_cost(lab, plan, experiment.id, explanation.to_train)
    purpose, rationale = _texts(lab, proposal, str(experiment.spec.get("rationale") or ""))
    return ProposalDetails(replace(explanation, cost=cost), purpose, rationale)


def with_power(lab: Lab, plan: Plan, details: ProposalDetails) -> ProposalDetails:
    """Return the details with the power of the registered test, which takes up to a few seconds."""
    try:
        estimate = estimated_power(lab, plan, details.experiment)
    except NotPlannable as error:
        return replace(details, power=f"no power can be computed: it {error}")
    line = estimate.line if estimate else "the power is unknown, because no standard deviation of the metric is known"
    return replace(details, power=line)


def _texts(lab: Lab, proposal: Proposal, rationale: str) -> tuple[str, str]:
    """Return the purpose that the analysis states, and the rationale, with the values of facts."""
    for analysis in _analyses(lab, proposal.parent):
        entry = next((entry for entry in analysis.proposals if entry.file == f"proposals/{proposal.file.name}"), None)
        if entry is not None:
            try:
                book = with_analyses(read_book(lab, proposal.parent), [analysis])
            except (OSError, ValueError, KeyError):  # the facts are missing or damaged; the texts are still useful
                return entry.purpose, rationale
            return plain_text(entry.purpose, book), plain_text(rationale, book)
    return "", rationale


def _analyses(lab: Lab, experiment: str) -> Iterator[Analysis]:
    for file in sorted(lab.analysis_folder(experiment).glob("*.json")):
        content = readable_object(file)
        if content and content.get("proposals"):
            try:
                yield Analysis.model_validate(without_rewording(content))
            except ValidationError:
                continue  # not an analysis, or damaged; the proposal is shown without its purpose
