"""The ablation analyst: what the swept parameters account for, what other runs would give, and what to run next."""

from __future__ import annotations

from pathlib import Path

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.analysis.tasks import Task
from agents.analysts.ablation.follow_ups import (
    command_line_overrides,
    proposal_entry,
    proposal_facts,
    proposal_key,
    unreverted_changes,
)
from agents.analysts.ablation.importance_findings import importance_findings
from agents.analysts.ablation.main_effects import main_effects
from agents.analysts.ablation.predictions import predictions
from agents.analysts.ablation.sweep_results import SweepResults, sweep_results
from agents.analysts.shared.part import Part, join_parts
from agents.context.case import Case
from agents.proposals.proposals import proposals
from agents.proposals.spec import ProposedSpec


def analyse(case: Case, task: Task, figures: Path) -> Analysis:
    """PNG and SVG go to `figures`; the proposed specs are part of the analysis."""
    known, follow_ups = sweep_results(case), proposals(case)
    asked = Part(tuple(proposal_facts(case, follow_ups)), recommendations=tuple(map(_recommended, follow_ups)))
    parts = (importance_findings(known), main_effects(known, figures), _selection(case), predictions(known), asked)
    found = join_parts((*parts, unreverted_changes(case), command_line_overrides(case)))
    return Analysis(
        analyst=task.analyst,
        experiment_id=case.experiment_id,
        title="What the swept parameters account for",
        summary=_summary(known, bool(follow_ups)),
        findings=found.findings,
        recommendations=found.recommendations,
        not_estimated=_not_estimated(task, found),
        tables=found.tables,
        figures=found.figures,
        proposals=tuple(map(proposal_entry, follow_ups)),
        facts=tuple(fact.to_json() for fact in found.facts),
    )


def _recommended(one: ProposedSpec) -> Recommendation:
    told, key = proposal_entry(one).purpose, proposal_key(one)
    text = f"{told[:1].upper()}{told[1:]}: `{{{{f:{key}.id}}}}`, which costs {{{{f:{key}.runs}}}} new runs."
    return Recommendation(text=text, facts=(f"{key}.id", f"{key}.runs"))


def _selection(case: Case) -> Part:
    """The best of several is told with how many it was picked from."""
    names = ("best.level", "best.arms", "best.runs")
    if not all(name in case.book.facts for name in names) or case.book.facts["best.arms"].value == 1:
        return Part()
    text = (
        "Where a level had to be picked, it was {{f:best.level}}, by its mean of {{f:experiment.metric}} and after the"
        " fact, among {{f:best.arms}} arms and {{f:best.runs}} runs: such a pick flatters itself."
    )
    return Part(findings=(Finding(id="ablation.selection", kind="limitation", text=text, facts=names),))


def _summary(known: SweepResults, has_follow_ups: bool) -> str:
    what = "Swept parameters are looked at after the fact" if known.factors else "Nothing but the seed was swept"
    follow = "follow-up experiments are proposed, each with its cost" if has_follow_ups else "no follow-up is proposed"
    return f"{what}; {follow}."


def _not_estimated(task: Task, found: Part) -> tuple[NotEstimated, ...]:
    """Each once: the coordinator may have known already."""
    known = [NotEstimated(what=one.what, why=one.why) for one in task.untestable]
    return tuple({one.why: one for one in (*known, *found.not_estimated)}.values())
