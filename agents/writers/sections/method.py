"""Method: what was varied, what was held, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Paragraph, Section, Table, Verbatim
from agents.writers.shared.case_view import CaseView, fact, noun, ref, spec


def method_section(evidence: CaseView) -> Section:
    blocks = (*_purpose(evidence), Paragraph(text=design(evidence)), *_changes(evidence), *_sweep(evidence))
    return Section(id="method", title="Method", blocks=blocks)


def design(evidence: CaseView) -> str:
    """How many runs there were, how they were arranged, and what ranks them."""
    runs, arms = (evidence.count(f"experiment.{what}") for what in ("runs", "arms"))
    goal = "maximized" if evidence.value("experiment.goal") == "maximize" else "minimized"
    arranged = f"in {fact('experiment.arms')} {noun(arms, 'arm')}"
    shared = ""
    if evidence.count("experiment.points") != runs:
        shared = f", which {fact('experiment.points')} points of the sweep share"
    made = f"The experiment has {fact('experiment.runs')} {noun(runs, 'run')} {arranged}{shared}."
    metric = f" Arms are described by {fact('experiment.metric')}, which is to be {goal}." if evidence.metric else ""
    spent = f"The times of its runs add up to {fact('experiment.seconds')}, set-up and test included."
    return f"{made}{_alike(evidence)}{metric} {spent}"


def _alike(evidence: CaseView) -> str:
    """What the runs of an arm share."""
    if evidence.mixed:
        return " Runs of an arm also differ in what else was swept, evenly where the sweep is a grid."
    return " Runs of an arm differ in the seed only." if "seed" in evidence.swept else ""


def _purpose(evidence: CaseView) -> Iterator[Paragraph]:
    if evidence.told("description"):
        yield Paragraph(text=spec("description"))
    if evidence.has("parent.id") and not evidence.case.spec.get("modifications"):
        yield Paragraph(text=f"The experiment is derived from {fact('parent.id')}.")


def _changes(evidence: CaseView) -> Iterator[Block]:
    """What differs from the parent, as the genealogy has it."""
    changes = evidence.case.spec.get("modifications") or ()
    if not changes:
        return
    rows = tuple(tuple(_cell(evidence, at, what) for what in ("parameter", "from", "to")) for at in range(len(changes)))
    parent = fact("parent.id") if evidence.has("parent.id") else "its parent"
    derived = f"The experiment is derived from {parent}; {ref('changes')} lists every parameter in which it differs."
    yield Paragraph(text=derived)
    yield Table(
        id="changes",
        caption="What differs from the parent experiment.",
        columns=("Parameter", "Parent", "Here"),
        rows=rows,
    )


def _sweep(evidence: CaseView) -> Iterator[Block]:
    """As the spec has it, where the table of changes does not tell it already."""
    sweep, changes = evidence.case.spec.get("sweep"), evidence.case.spec.get("modifications") or ()
    if sweep and not set(sweep) <= {change["parameter"] for change in changes}:
        import yaml

        yield Paragraph(text="The sweep, as the spec has it:")
        yield Verbatim(text=yaml.safe_dump(sweep, sort_keys=False, allow_unicode=True).strip(), language="yaml")


def _cell(evidence: CaseView, at: int, what: str) -> str:
    """A dash for what the parent or this experiment does not set at all."""
    value = evidence.case.spec["modifications"][at].get(what)
    return "–" if value is None or isinstance(value, dict) else spec(f"modifications.{at}.{what}")
