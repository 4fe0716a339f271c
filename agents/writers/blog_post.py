"""The blog post: the same evidence for readers outside the field, as a story with a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Case
from agents.documents.document import Block, Bullets, Document, Paragraph, Section
from agents.writers.sections.exploration import exploratory_verdicts
from agents.writers.sections.findings import of_kind
from agents.writers.sections.results_section import figures
from agents.writers.sections.title_block import document, scale
from agents.writers.shared.arms_table import arms_in_prose
from agents.writers.shared.case_view import HYPOTHESIS, CaseView, fact, join_with_and, ref, spec, verdict
from agents.writers.shared.glossary import (
    factor_in_plain_words,
    metric_in_plain_words,
    registration_in_plain_words,
    verdict_in_plain_words,
)
from agents.writers.shared.required_statements import (
    deliverables_statement,
    failure_statement,
    registration_statement,
    required,
    selection_statement,
    verdict_statement,
)

_NAME = "blog_post"
_FEW = 6  # settings that a sentence can list


def write(case: Case, analyses: Sequence[Analysis], _: Mapping[str, Any] | None) -> Document:
    evidence = CaseView(case)
    told = {
        "question": ("The question", _question(evidence)),
        "done": ("What was done", _done(evidence)),
        "found": ("What came out", _found(evidence, analyses)),
        "means": ("What it means", _means(evidence, analyses)),
        "not-means": ("What it does not mean", _caveats(evidence)),
        "check": ("Check it yourself", _check(evidence)),
    }
    sections = (Section(id=name, title=title, blocks=tuple(blocks)) for name, (title, blocks) in told.items())
    return document(evidence, _NAME, _subtitle(evidence), sections)


def _subtitle(evidence: CaseView) -> str:
    return spec("research_question") if evidence.told("research_question") else "An experiment and what came of it"


def _question(evidence: CaseView) -> Iterator[Block]:
    yield Paragraph(
        text="A program that learns from examples has settings that somebody must choose before it starts to learn, as "
        "a baker sets the oven before the bread goes in. What a setting will do, nobody can work out beforehand: it "
        "has to be tried, with an honest record of what came out. This is such a record."
    )
    if evidence.told("description"):
        yield Paragraph(text=f"The experiment in a line, from its authors: {spec('description')}")
    if evidence.told("hypothesis"):
        yield Paragraph(
            text="A claim is worth something when it is on paper while nobody knows the outcome. This claim was: "
            f"“{spec('hypothesis')}”"
        )
    if evidence.told("rationale"):
        yield Paragraph(text=f"Why would anyone expect that? In the words of its authors: “{spec('rationale')}”")


def _done(evidence: CaseView) -> Iterator[Block]:
    yield Paragraph(text=" ".join((f"The program was trained in {scale(evidence)}.", *_varied(evidence))))
    yield from metric_in_plain_words(evidence)
    if "seed" in evidence.swept:
        yield Paragraph(
            text="Why so many trainings, and not just a run for each setting? Because training begins with random "
            "numbers, much as a card game begins with a shuffle, and luck alone can move the outcome. The number that "
            "fixes the shuffle is called a seed. The settings were trained with several seeds each, so that the "
            "scatter between them hints at how much luck there is. A gap between settings tells something only when it "
            "is seen against that scatter."
        )
    yield required(registration_statement(evidence))
    yield from registration_in_plain_words(evidence)
    yield required(failure_statement(evidence))


def _varied(evidence: CaseView) -> Iterator[str]:
    """The factor by its name, its settings while they are few, and what else was moved."""
    if not evidence.has("test.factor"):
        return
    levels = [fact(f"{arm}.level") for arm in evidence.arms]
    settings = f", and it was set to {join_with_and(levels)}" if 0 < len(levels) <= _FEW else ""
    yield f"What was varied is {factor_in_plain_words(evidence)}{settings}."
    yield f"The setting that the others are held against, called the control, is {fact('test.control')}."
    if evidence.mixed:
        yield "Other settings were varied along with it, and each point of the picture mixes them."
    else:
        yield "Everything else was left as it was, so a gap between settings comes from this setting or from luck."


def _found(evidence: CaseView, analyses: Sequence[Analysis]) -> Iterator[Block]:
    drawn = tuple(figures(evidence, _NAME, is_plain=True))
    if drawn:
        yield Paragraph(
            text=f"{ref('arms-figure')} has a point for every run. The long line across a column is the mean of that "
            "setting, and the points around it show how far apart runs of the same setting can land."
        )
    yield from drawn
    if evidence.arms:
        yield Paragraph(text="In numbers:")
        yield from arms_in_prose(evidence)
    if signs := of_kind(analyses, "anomaly"):
        yield required("Signs of trouble were seen, by rules of thumb:")
        yield Bullets(items=signs, is_required=True)
    if told := deliverables_statement(evidence):
        yield required(told)
    if told := selection_statement(evidence, is_plain=True):
        yield required(told)


def _means(evidence: CaseView, analyses: Sequence[Analysis]) -> Iterator[Block]:
    yield required(verdict_statement(evidence, is_brief=True))
    if not evidence.has_test:
        return
    yield Paragraph(text=verdict_in_plain_words(evidence))
    if known := "; ".join(exploratory_verdicts(analyses)):
        yield Paragraph(
            text=f"The runs were also looked at in ways that were not registered: {known}. Post hoc means that "
            "nobody had planned this look before the runs, so it counts as an observation and decides nothing."
        )


def _caveats(evidence: CaseView) -> Iterator[Block]:
    items = [
        "It says nothing of other data, other models or other settings: those were not tried.",
        "It does not explain why. An experiment shows what happened, not what lies behind it.",
    ]
    if evidence.conclusion == "inconclusive":
        items.append("That it came to no decision is no evidence that the settings are alike.")
    if evidence.count("best.arms") > 1:
        items.append("A setting that is named for its value was picked after looking, and picking flatters.")
    yield Bullets(items=tuple(items), is_required=True)


def _check(evidence: CaseView) -> Iterator[Block]:
    yield Paragraph(
        text="Every measured number in this text is a link. Follow it, and you find what was measured, in which "
        "runs, by which function, and in which file it stands."
    )
    if evidence.has_test:
        yield Paragraph(
            text=f"For readers of statistics, the verdict in full: {verdict(f'{HYPOTHESIS}.sentence')}",
            is_required=True,
        )
