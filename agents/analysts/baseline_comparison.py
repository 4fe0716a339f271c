"""The baseline analyst: how the arms stand to the control, to the parent, and to what was recorded elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from agents.analysis import Analysis, Finding, NotEstimated, Recommendation
from agents.analysts.arm_runs import arm_runs
from agents.analysts.held_against import Held, facts_of, held_against
from agents.analysts.reference import Reference, parents, recorded
from agents.analysts.standing_figure import standing_figure
from agents.analysts.standing_verdicts import overall, verdict_of
from agents.case import Case
from agents.coordinator import Task
from agents.documents.document import Table
from agents.trials import aim

NAME = "baseline_comparison"
_ALPHA = 0.05  # where no test was registered
_NONE = "–"


def analyse(case: Case, task: Task, figures: Path) -> Analysis:
    references = (*parents(case, *aim(case)), *recorded(case))
    alpha = float((case.spec.get("compare") or {}).get("alpha", _ALPHA))
    held = held_against(arm_runs(case), references, case.book.facts, alpha)
    groups = [[one for one in held if one.reference is each] for each in references] if held else []
    figure = standing_figure(held, figures)
    tables = [table for table in (_control_table(case), _known_table(held)) if table is not None]
    return Analysis(
        analyst=NAME,
        experiment_id=case.experiment_id,
        title="Against control, parent and known results",
        summary=_summary(case, held),
        findings=(*_control_findings(case), *(finding for group in groups for finding in _findings(group))),
        recommendations=tuple(one for group in groups for one in _recommendations(group)),
        not_estimated=tuple(_not_estimated(case, task, references)),
        tables=tuple(tables),
        figures=(figure,) if figure else (),
        facts=tuple(fact.to_json() for fact in _facts(references, held)),
        verdicts=tuple(one.to_json() for one in (*map(overall, groups), *map(verdict_of, held))),
    )


def _facts(references: Sequence[Reference], held: Sequence[Held]) -> Iterator[Any]:
    for reference in references:
        yield from reference.facts
    for one in held:
        yield from facts_of(one)


def _summary(case: Case, held: Sequence[Held]) -> str:
    test = "{{v:hypothesis.sentence}}" if "hypothesis" in case.book.verdicts else "No test was registered."
    if not held:
        return f"{test} Neither a parent with usable runs nor a recorded baseline is there to compare with."
    known = dict.fromkeys(one.reference.slot for one in held)
    return f"{test} What else is known is compared after the fact: {', '.join(known)}."


def _control_findings(case: Case) -> Iterator[Finding]:
    """From the registered comparison; nothing is tested again."""
    for name, verdict in case.book.verdicts.items():
        if name.startswith("contrast["):
            text = f"{{{{v:{name}.sentence}}}}"
            yield Finding(id=f"control.{name}", text=text, facts=verdict.facts, verdicts=(name,))


def _findings(group: Sequence[Held]) -> Iterator[Finding]:
    """Each judged arm by itself; what was not judged in one sentence."""
    for one in group:
        verdict = verdict_of(one)
        if verdict.conclusion != "not judged":
            text = f"{{{{v:{verdict.id}.sentence}}}}"
            yield Finding(id=verdict.id, text=text, facts=verdict.facts, verdicts=(verdict.id,))
    unjudged = [one for one in group if one.standing.conclusion == "not judged"]
    if unjudged:
        yield _unjudged(unjudged)


def _unjudged(group: Sequence[Held]) -> Finding:
    """The differences as they are, and why no verdict was made of them."""
    reference, told = group[0].reference, []
    for one in group:
        if one.standing.difference is not None:
            told.append(f"{{{{f:{one.key}.difference}}}} {one.with_slot}")
    why = "; ".join(dict.fromkeys(one.standing.why for one in group))
    text = f"Against {reference.slot} nothing was judged, because {why}."
    text += f" Differences of mean {reference.metric_slot}: {', '.join(told)}." if told else ""
    text += "".join(_left_out(one) for one in group if one.left_out)
    facts = tuple(dict.fromkeys(name for one in group for name in verdict_of(one).facts))
    verdicts = tuple(one.key for one in group)
    return Finding(id=f"{reference.key}.unjudged", kind="limitation", text=text, facts=facts, verdicts=verdicts)


def _left_out(one: Held) -> str:
    return f" Left out {one.with_slot}: {{{{f:{one.key}.left_out}}}} of the runs, which the known result has too."


def _recommendations(group: Sequence[Held]) -> Iterator[Recommendation]:
    asked = {
        "regressed": "Find out why, before anything is built on it",
        "inconclusive": "Add seeds to settle this",
    }
    for conclusion, what in asked.items():
        verdicts = [verdict_of(one) for one in group if one.standing.conclusion == conclusion]
        if verdicts:
            told = "; ".join(f"{{{{v:{one.id}}}}}" for one in verdicts)
            facts = tuple(dict.fromkeys(name for one in verdicts for name in one.facts))
            yield Recommendation(text=f"{what}: {told}.", facts=facts)


def _not_estimated(case: Case, task: Task, references: Sequence[Reference]) -> Iterator[NotEstimated]:
    yield from (NotEstimated(what=one.what, why=one.why) for one in task.untestable)
    if case.spec.get("parent") and not any(one.key.startswith("baseline.parent[") for one in references):
        yield NotEstimated(what="The comparison with the parent", why="No run of the parent has a usable value.")
    if not any(one.key.startswith("baseline[") for one in references):
        yield NotEstimated(
            what="The comparison with known results",
            why="No baseline is recorded for this experiment; they are files in `conf/baseline/`.",
        )


def _control_table(case: Case) -> Table | None:
    contrasts = [name for name in case.book.verdicts if name.startswith("contrast[")]
    if not contrasts:
        return None
    metric = case.spec["compare"]["metric"]
    return Table(
        id="against-control",
        caption="Every arm of the registered test against the control {{f:test.control}}: difference of mean"
        " {{f:test.metric}}, its interval, effect size and adjusted p.",
        columns=("{{f:test.factor}}", "Difference", "Interval", "Hedges' g", "p", "Verdict"),
        rows=tuple(_control_row(case, name, f"{name}.{metric}") for name in contrasts),
        numeric=(True, True, True, True, True, False),
    )


def _control_row(case: Case, contrast: str, prefix: str) -> tuple[str, ...]:
    arm = f"arm[{contrast.removeprefix('contrast[').rpartition('|')[0]}]"
    return (
        f"{{{{f:{arm}.level}}}}" if f"{arm}.level" in case.book.facts else contrast[9:].rpartition("|")[0],
        *_numbers(case.book.facts, prefix, "p_adjusted"),
        f"{{{{v:{contrast}.conclusion}}}}",
    )


def _known_table(held: Sequence[Held]) -> Table | None:
    if not held:
        return None
    return Table(
        id="against-known-results",
        caption="Every arm against every known result, after the fact: difference of the mean, the limits that the"
        " verdict was made from, effect size, and p after Benjamini-Hochberg over the table.",
        columns=("Known result", "Arm", "Difference", "Limits", "Hedges' g", "p", "Verdict"),
        rows=tuple(_known_row(one) for one in held),
        numeric=(False, True, True, True, True, True, False),
    )


def _known_row(one: Held) -> tuple[str, ...]:
    facts = {fact.id: fact for fact in facts_of(one)}
    level = "all runs" if one.arm.name == "all runs" else one.arm.level
    return (one.reference.slot, level, *_numbers(facts, one.key, "p_adjusted"), f"{{{{v:{one.key}.conclusion}}}}")


def _numbers(facts: Mapping[str, Any], prefix: str, p: str) -> tuple[str, ...]:
    def cell(name: str) -> str:
        fact = facts.get(f"{prefix}.{name}")
        return f"{{{{f:{prefix}.{name}}}}}" if fact is not None and fact.value is not None else _NONE

    low, high = cell("low"), cell("high")
    return (cell("difference"), _NONE if _NONE in (low, high) else f"{low} to {high}", cell("hedges_g"), cell(p))
