"""The ablation analyst: importance of the swept parameters, predictions for other runs, and follow-up experiments."""

from __future__ import annotations

from pathlib import Path

from agents.analysis.analysis_schema import Analysis, Finding
from agents.analysis.tasks import Task
from agents.analysts.ablation.follow_ups import follow_ups, proposal_entry
from agents.analysts.ablation.importance_findings import importance_findings
from agents.analysts.ablation.main_effects import main_effects
from agents.analysts.ablation.predictions import predictions
from agents.analysts.ablation.sweep_results import SweepResults, sweep_results
from agents.analysts.shared.open_questions import open_questions
from agents.analysts.shared.part import Part, join_parts
from agents.context.case import Case
from agents.proposals.proposals import proposals


def analyse(case: Case, task: Task, figures: Path) -> Analysis:
    """Analyse the sweep. Figures are written to `figures`; the proposed specs are part of the analysis."""
    sweep, proposed = sweep_results(case), proposals(case)
    part = join_parts(
        (
            importance_findings(sweep),
            main_effects(sweep, figures),
            _selected_arm(case),
            predictions(sweep),
            follow_ups(case, proposed),
        )
    )
    return Analysis(
        analyst=task.analyst,
        experiment_id=case.experiment_id,
        title="Importance of the swept parameters",
        summary=_summary(sweep, has_proposals=bool(proposed)),
        findings=part.findings,
        recommendations=part.recommendations,
        not_estimated=open_questions(task, part),
        tables=part.tables,
        figures=part.figures,
        proposals=tuple(map(proposal_entry, proposed)),
        facts=tuple(fact.to_json() for fact in part.facts),
    )


def _selected_arm(case: Case) -> Part:
    """Return the best arm together with the number of arms and runs among which it was selected."""
    names = ("best.level", "best.arms", "best.runs")
    if not all(name in case.book.facts for name in names) or case.book.facts["best.arms"].value == 1:
        return Part()
    text = (
        "The level {{f:best.level}} was selected for its mean {{f:experiment.metric}} among {{f:best.arms}} arms and "
        "{{f:best.runs}} runs after the runs had finished, so this mean is subject to selection bias."
    )
    return Part(findings=(Finding(id="ablation.selection", kind="limitation", text=text, facts=names),))


def _summary(sweep: SweepResults, *, has_proposals: bool) -> str:
    examined = "The swept parameters were examined after the runs" if sweep.factors else "Only the seed was swept"
    proposed = "follow-up experiments are proposed with their costs" if has_proposals else "no follow-up is proposed"
    return f"{examined}; {proposed}."
