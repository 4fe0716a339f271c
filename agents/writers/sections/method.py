"""The method section: design, outcome, and what differs from the parent experiment."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Paragraph, Section, Table, Verbatim
from agents.writers.shared.case_view import NONE, CaseView
from agents.writers.shared.template_text import fact, noun, ref, spec


def method_section(view: CaseView) -> Section:
    blocks = (*_purpose(view), Paragraph(text=design(view)), *_changes(view), *_sweep(view))
    return Section(id="method", title="Method", blocks=blocks)


def design(view: CaseView) -> str:
    """Return the numbers of runs and arms, how the runs of an arm differ, the outcome and the total duration."""
    runs, arms, points = (view.count(f"experiment.{name}") for name in ("runs", "arms", "points"))
    sentences = [
        f"The experiment comprises {fact('experiment.runs')} {noun(runs, 'run')} in {fact('experiment.arms')} "
        f"{noun(arms, 'arm')}."
    ]
    if points != runs:
        sentences.append(f"The sweep has {fact('experiment.points')} points; points with identical inputs share a run.")
    if view.mixed:
        sentences.append(
            "Runs of an arm also differ in the other swept settings, which are balanced if the sweep is a full grid."
        )
    elif "seed" in view.swept:
        sentences.append("Runs of an arm differ only in the random seed.")
    if view.metric:
        goal = "maximized" if view.value("experiment.goal") == "maximize" else "minimized"
        sentences.append(f"The outcome is {fact('experiment.metric')}, which is to be {goal}.")
    sentences.append(f"The durations of the runs, including set-up and test, add up to {fact('experiment.seconds')}.")
    return " ".join(sentences)


def _purpose(view: CaseView) -> Iterator[Paragraph]:
    if view.spec_has("description"):
        yield Paragraph(text=f"The specification describes the experiment as follows: “{spec('description')}”")
    if view.has("parent.id") and not view.case.modifications:
        yield Paragraph(text=f"The experiment is derived from {fact('parent.id')}.")


def _changes(view: CaseView) -> Iterator[Block]:
    """Yield the parameters that differ from the parent, as recorded in the genealogy."""
    changes = view.case.modifications
    if not changes:
        return
    parent = fact("parent.id") if view.has("parent.id") else "its parent"
    yield Paragraph(
        text=f"The experiment is derived from {parent}. {ref('changes')} lists every parameter that differs."
    )
    yield Table(
        id="changes",
        caption="Parameters that differ from the parent experiment. A dash means that the parameter is not set.",
        columns=("Parameter", "Parent", "This experiment"),
        rows=tuple(
            tuple(_cell(view, index, column) for column in ("parameter", "from", "to")) for index in range(len(changes))
        ),
    )


def _sweep(view: CaseView) -> Iterator[Block]:
    """Yield the sweep as it is written in the spec, unless the table of changes lists all of its keys."""
    sweep, changes = view.case.spec.get("sweep"), view.case.modifications
    if sweep and not set(sweep) <= {change.parameter for change in changes}:
        import yaml

        yield Paragraph(text="The spec defines the sweep as follows:")
        yield Verbatim(text=yaml.safe_dump(sweep, sort_keys=False, allow_unicode=True).strip(), language="yaml")


def _cell(view: CaseView, index: int, column: str) -> str:
    """Return a cell of the table of changes, a dash if the parameter is not set in this experiment or in the parent."""
    value = view.case.modifications[index].to_json()[column]
    return NONE if value is None or isinstance(value, dict) else spec(f"modifications.{index}.{column}")
