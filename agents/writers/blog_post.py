"""The blog post: the results of an experiment for readers outside the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Case
from agents.documents.document import Block, Bullets, Document, Paragraph, Section
from agents.facts.verdict import HYPOTHESIS
from agents.writers.sections.exploration import exploratory_verdicts
from agents.writers.sections.findings import texts_of_kind
from agents.writers.sections.limitations import generalisation_statement
from agents.writers.sections.reproduction_badge import reproduction_badge
from agents.writers.sections.results_section import figures
from agents.writers.sections.title_block import document
from agents.writers.shared.arms_prose import MOST_IN_PROSE, arm_bullets
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.deliverables_statement import deliverables_statement
from agents.writers.shared.glossary import (
    factor_in_plain_words,
    metric_paragraph,
    opening_paragraph,
    registration_paragraph,
    verdict_in_plain_words,
)
from agents.writers.shared.required_statements import failure_statement, required
from agents.writers.shared.selection_statement import selection_statement
from agents.writers.shared.standing_statement import registration_statement
from agents.writers.shared.template_text import fact, join_with_and, noun, ref, spec, verdict
from agents.writers.shared.verdict_statement import verdict_statement

_NAME = "blog_post"


def write(case: Case, analyses: Sequence[Analysis], _: Mapping[str, Any] | None) -> Document:
    view = CaseView(case)
    sections = (
        _section("question", "The question", _question(view)),
        _section("done", "What we did", _design(view)),
        _section("found", "What we found", _results(view, analyses)),
        _section("means", "What it means", _meaning(view, analyses)),
        _section("not-means", "What it does not mean", _caveats(view)),
        _section("check", "How to check it", _check(view)),
    )
    question = spec("research_question") if view.spec_has("research_question") else "An experiment and its results"
    return document(view, _NAME, question, sections)


def _section(name: str, title: str, blocks: Iterator[Block]) -> Section:
    return Section(id=name, title=title, blocks=tuple(blocks))


def _question(view: CaseView) -> Iterator[Block]:
    yield opening_paragraph(view)
    if view.spec_has("description"):
        yield Paragraph(text=f"This is how its authors describe it: “{spec('description')}”")
    if view.spec_has("hypothesis"):
        is_before = view.is_registered_before_any_run
        before = "Before the first run, the authors wrote down" if is_before else "The authors wrote down"
        yield Paragraph(text=f"{before} what they expected: “{spec('hypothesis')}”")
    if view.spec_has("rationale"):
        yield Paragraph(text=f"Their reason: “{spec('rationale')}”")


def _design(view: CaseView) -> Iterator[Block]:
    runs = view.count("experiment.runs")
    trained = f"We trained the model in {fact('experiment.runs')} {noun(runs, 'run')}."
    yield Paragraph(text=" ".join((trained, *_varied_setting(view))))
    yield from metric_paragraph(view)
    if "seed" in view.swept and any(view.count(f"{arm}.n") > 1 for arm in view.arms):
        yield Paragraph(
            text="Why several runs per setting? Training involves randomness, such as the initial weights of the "
            "model. A number called the seed fixes it. Runs with the same setting and different seeds can give "
            "different results. We ran each setting with several seeds to measure how much the results vary. A "
            "difference between settings is informative only in relation to this variation."
        )
    yield required(registration_statement(view))
    yield from registration_paragraph(view)


def _varied_setting(view: CaseView) -> Iterator[str]:
    """Yield the factor, its levels if they are few, the control, and the other settings that differed between runs."""
    if not view.has("test.factor"):
        return
    levels = [fact(f"{arm}.level") for arm in view.arms]
    yield f"The setting we varied is {factor_in_plain_words(view)}."
    if 0 < len(levels) <= MOST_IN_PROSE:
        yield f"Its value was {join_with_and(levels, 'or')}."
    yield f"The value {fact('test.control')} is the control: the other values are compared with it."
    if view.mixed:
        yield "Other settings were varied as well, so each group of runs contains several values of them."
    else:
        seed = ", except the random seed" if "seed" in view.swept else ""
        yield f"Everything else was the same in all runs{seed}."


def _results(view: CaseView, analyses: Sequence[Analysis]) -> Iterator[Block]:
    arm_figures = tuple(figures(view, _NAME, is_plain=True))
    figure = ""
    if arm_figures:
        figure = (
            f" {ref('arms-figure')} shows the {fact('experiment.metric')} of every run: a point is a run, and the long "
            "line is the mean of its setting."
        )
    yield required(f"{failure_statement(view)}{figure}")
    yield from arm_figures
    yield from arm_bullets(view)
    if anomalies := texts_of_kind(analyses, "anomaly"):
        yield required("Automatic checks, which are rules of thumb, reported the following:")
        yield Bullets(items=anomalies, is_required=True)
    for statement in (deliverables_statement(view), selection_statement(view, is_plain=True)):
        if statement:
            yield required(statement)


def _meaning(view: CaseView, analyses: Sequence[Analysis]) -> Iterator[Block]:
    yield required(verdict_statement(view, is_brief=True))
    if not view.has_test:
        return
    yield Paragraph(text=verdict_in_plain_words(view))
    if clauses := "; ".join(exploratory_verdicts(analyses)):
        yield Paragraph(
            text=f"We also made comparisons that were not registered: {clauses}. Post hoc means that a comparison was "
            "chosen after the runs. Such a result is an observation and decides nothing about the hypothesis."
        )


def _caveats(view: CaseView) -> Iterator[Block]:
    items = [
        "It does not apply to other data, models or settings, because we did not try them.",
        "It does not explain the result. The experiment measures an outcome and not the mechanism behind it.",
    ]
    if view.conclusion == "inconclusive":
        items.append("It does not mean that the settings are alike. The runs leave the question open.")
    if statement := generalisation_statement(view):
        items.append(statement)
    if not view.is_registered and view.has_test:
        items.append("It does not confirm the claim, because the test is exploratory.")
    if view.count("best.arms") > 1:
        items.append(
            "A setting that is named for its mean was selected after the runs, so part of its value may be luck."
        )
    yield Bullets(items=tuple(items), is_required=True)


def _check(view: CaseView) -> Iterator[Block]:
    yield Paragraph(
        text="Every measured number in this post is a link to its description, with the runs, the file and the "
        "function that it comes from."
    )
    yield from reproduction_badge(view)
    if view.has_test:
        yield Paragraph(
            text=f"For readers who know statistics, this is the complete verdict: {verdict(f'{HYPOTHESIS}.sentence')}",
            is_required=True,
        )
