"""The reports of each kind of outcome pass the quality review and contain the required statements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.context.case import Book, Case
from agents.context.library import Entry, read_library
from agents.documents.document import Document, Figure, Paragraph, Table
from agents.documents.document_references import all_blocks, collect_references
from agents.documents.slots import slots
from agents.extraction.extract import extract
from agents.facts.fact import by_id
from agents.rendering.formats import render_markdown
from agents.review.template_review import review_document
from agents.writers.load_writer import load_writer
from agents.writers.shared.arms_figure import arm_values, draw_arms
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.namespaced_exhibits import with_namespaced_exhibits
from compiler.base.paths import ENGINE
from tests.agents.small_experiment import COMPARE, evidence, sweep

REPORTS = ("technical_report", "blog_post", "paper_draft")
HIGH, LOW = (0.95, 0.94, 0.96, 0.955, 0.945), (0.80, 0.81, 0.79, 0.805, 0.795)
WIDE = (0.80, 0.95, 0.70, 0.90, 0.85)
RUNS: Mapping[str, Mapping[float, Any]] = {
    "supported": {0.001: LOW, 0.01: HIGH},
    "refuted": {0.001: HIGH, 0.01: LOW},
    "inconclusive": {0.001: WIDE, 0.01: (*WIDE[1:], 0.81)},
    "untestable": {0.001: LOW[:2], 0.01: HIGH[:2]},
    "one run per arm": {0.001: LOW[:1], 0.01: HIGH[:1]},
    "a failed arm": {0.001: LOW, 0.01: HIGH, 0.1: (None,) * 5},
    "no usable control": {0.001: (None, None), 0.01: HIGH[:2]},
    "a single run": {0.001: LOW[:1]},
    "only failed runs": {0.001: (None,), 0.01: (None,)},
    "partly supported": {0.001: LOW, 0.003: LOW[::-1], 0.01: HIGH},
}
ADAM = Entry("adam", "misc", "T", ("A, B",), "2015", abstract="We introduce Adam.", keywords=("learning rate",))
SPEC = {
    "experiment_id": "small",
    "name": "A study of 2 rates",
    "hypothesis": "A rate of 0.01 gives a higher accuracy than 0.001.",
    "research_question": "Which rate?",
    "rationale": "The suitable rate is unknown.",
    "description": "Trains 1 model.",
    "sweep": {"model.lr": "0.001,0.01", "seed": "range(5)"},
    "modifications": [{"parameter": "model.lr", "from": None, "to": [0.001, 0.01]}],
    "metadata": {"researcher": "Ada", "tags": ["learning-rate"]},
    "deliverables": [{"type": "comparison"}, {"type": "plot", "required": False}],
}


LOOKED = {"standing": "exploratory", "reason": "after 2 looks", "looks": 2}
KNOWN = ("id-model.lr=0.01,seed=0",)
TWO_CLAIMS = COMPARE | {
    "claims": [
        {"type": "superiority", "treatment": 0.01, "margin": 0.01, "metric": "accuracy", "goal": "maximize"},
        {"type": "noninferiority", "treatment": 0.01, "margin": 0.02, "metric": "accuracy", "goal": "maximize"},
    ]
}


def case(runs: str, compare: Mapping[str, Any] | None = COMPARE, **flags: Any) -> Case:
    outputs = evidence(sweep(RUNS[runs]), compare, registration=flags.get("registration"), known=flags.get("known", ()))
    facts = extract(outputs)
    points = [{"name": run.point, "run": run.run_id, "overrides": run.overrides} for run in outputs.runs]
    settings = dict(compare or {})
    spec = SPEC | {"claims": settings.pop("claims", []), "compare": settings or None, "points": points}
    book = Book(by_id(facts.facts), {verdict.id: verdict for verdict in facts.verdicts}, spec, {"adam": ADAM})
    registration = None if flags.get("unregistered") else outputs.registration and outputs.registration.content
    return Case("small", book, registration, outputs.results.content)


def run_ids(runs: str) -> list[str]:
    return [run.run_id for run in sweep(RUNS[runs])]


def text_of(document: Document, book: Book, folder: Path) -> str:
    """Return the text of a report as a reader sees it, without links."""
    page = render_markdown(document, book, folder).decode().partition("# Where the numbers come from")[0]
    return " ".join(re.sub(r"\[([^][]*)\]\(#[^)]*\)", r"\1", page).split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the figures that the report job draws."""
    root = tmp_path_factory.mktemp("small")
    for name in REPORTS:
        draw_arms(CaseView(case("supported")), root / "reports/figures" / name)
    return root


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("registered", [True, False], ids=["registered test", "no test"])
@pytest.mark.parametrize("runs", RUNS)
def test_reports_pass_the_quality_review(runs: str, registered: bool, name: str, folder: Path) -> None:
    report_case = case(runs, COMPARE if registered else None)
    document = load_writer(name)(report_case, [], None)
    assert [
        f"{objection.slot}: {objection.reason}" for objection in review_document(document, report_case.book, folder)
    ] == []
    assert collect_references(document, report_case.book)


CASES = {
    "after looks": case("supported", registration=LOOKED),
    "a known run": case("supported", known=KNOWN),
    "only known runs": case("supported", registration=LOOKED, known=tuple(run_ids("supported"))),
    "unregistered": case("supported", unregistered=True),
    "two claims": case("supported", TWO_CLAIMS),
    "fixed order": case("inconclusive", TWO_CLAIMS | {"order": "fixed"}),
    "minimum effect and worst value": case("a failed arm", COMPARE | {"minimum_effect": 0.01, "worst": 0.1}),
    "failed runs are refused": case("a failed arm", COMPARE | {"on_failure": "refuse"}),
    "failed runs are excluded": case("a failed arm", COMPARE | {"on_failure": "exclude"}),
}


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("report_case", CASES.values(), ids=CASES)
def test_reports_of_every_standing_pass_the_quality_review(report_case: Case, name: str, folder: Path) -> None:
    document = load_writer(name)(report_case, [], None)
    objections = review_document(document, report_case.book, folder)
    assert [f"{objection.slot}: {objection.reason}" for objection in objections] == []
    assert collect_references(document, report_case.book)


NOT_CONFIRMATORY = [name for name in CASES if name in ("after looks", "only known runs", "unregistered")]


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("standing", NOT_CONFIRMATORY)
def test_report_of_an_exploratory_test_never_calls_it_registered_before_the_runs(
    standing: str, name: str, folder: Path
) -> None:
    text = text_of(load_writer(name)(CASES[standing], [], None), CASES[standing].book, folder)
    assert not re.search(
        r"before (any|the first|its) runs?\b|registered (claim|hypothesis)|confirms? the claim\.",
        text,
    )
    assert "exploratory" in text


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(
    ("runs", "statement"),
    [
        ("supported", "This verdict covers the claim as stated; other claims were not tested."),
        ("partly supported", "This verdict covers the comparisons that are supported and no others."),
        ("refuted", "This verdict covers the claim as stated; other claims were not tested."),
        ("inconclusive", "The claim is not established. This is not evidence of equality between the settings."),
        ("untestable", "Whether the claim holds is open"),
    ],
    ids=["supported", "partly supported", "refuted", "inconclusive", "untestable"],
)
def test_each_report_states_the_verdict_and_its_scope(runs: str, statement: str, name: str, folder: Path) -> None:
    report_case = case(runs)
    text = text_of(load_writer(name)(report_case, [], None), report_case.book, folder)
    assert f"The verdict on the registered claim is *{runs.removeprefix('partly ')}*" in text
    assert statement.lower() in text.lower()
    assert "2 arms and 10 runs" in text or "10 runs in 2 settings" in text or runs in ("untestable", "partly supported")


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(
    ("report_case", "statement"),
    [
        (case("a failed arm"), "Of 15 runs, 5 failed."),
        (case("a failed arm"), "With model.lr = 0.1, 5 runs gave no usable value."),
        (case("supported"), "All 10 runs completed."),
        (case("a single run"), "The only run of this experiment completed."),
        (case("supported", None), "No test was registered, so the hypothesis has no verdict."),
        (
            case("supported", registration=LOOKED),
            "The test is exploratory and cannot confirm the claim: after 2 looks.",
        ),
        (case("supported", registration=LOOKED), "The claim can be tested with new runs."),
        (case("supported", unregistered=True), "No registration was written before the runs"),
        (case("supported"), "fixed hypothesis, metric, test and number of runs before any run."),
        (case("supported"), "2026-11-24 13:19 UTC (commit f00dfeed0123, which contains the spec as registered)"),
        (case("supported", registration={"commit": None}), "2026-11-24 13:19 UTC (no git commit)"),
        (case("supported", registration={"spec_committed": False}), "which does not contain the spec as registered"),
        (case("supported", known=KNOWN), "1 run was known by then, so the registered test rests on the 9 runs"),
        (case("supported", known=KNOWN), "exploratory test over all 10 runs"),
        (case("supported"), "The test decides this claim: mean accuracy"),
        (case("supported"), "They do not cover the variation that another test set would add."),
        (
            case("supported", registration={"planned_look": {"number": 2, "looks": 3}}),
            "This is look 2 of the 3 looks that it planned.",
        ),
    ],
    ids=[
        "failed runs",
        "failed arm",
        "all completed",
        "single run",
        "no test",
        "after looks",
        "an exploratory result needs new runs",
        "unregistered",
        "registered",
        "commit with the spec",
        "no git",
        "commit without the spec",
        "known run",
        "exploratory test over all runs",
        "decided claim",
        "only seeds",
        "planned look",
    ],
)
def test_required_statements_are_in_every_report(report_case: Case, statement: str, name: str, folder: Path) -> None:
    document = load_writer(name)(report_case, [], None)
    assert statement in text_of(document, report_case.book, folder)


def test_report_omits_method_and_contrasts_if_nothing_was_compared(folder: Path) -> None:
    report_case = CASES["only known runs"]
    text = text_of(load_writer("technical_report")(report_case, [], None), report_case.book, folder)
    assert "Method:" not in text
    assert "minimum p attainable" not in text
    assert "contrast of the test" not in text
    assert "Alpha is 0.05, split over both directions." in text


def test_reason_of_an_exploratory_test_occurs_once_in_the_abstract() -> None:
    abstract = load_writer("paper_draft")(CASES["after looks"], [], None).abstract
    assert "{{f:registration.reason}}" not in abstract
    assert "{{v:hypothesis.sentence}}" in abstract
    assert CASES["after looks"].book.verdicts["hypothesis"].sentence.count("after 2 looks") == 1


@pytest.mark.parametrize(
    ("compare", "name"),
    [(COMPARE, "p"), (TWO_CLAIMS, "adjusted p"), (TWO_CLAIMS | {"order": "fixed"}, "p")],
    ids=["one contrast", "Holm", "fixed order"],
)
def test_p_is_called_adjusted_only_if_it_is(compare: Mapping[str, Any], name: str, folder: Path) -> None:
    report_case = case("supported", compare)
    text = text_of(load_writer("technical_report")(report_case, [], None), report_case.book, folder)
    assert f"and the {name} of its bound is at most alpha" in text
    assert ("Adjusted p: Holm correction." in text) == (name == "adjusted p")
    labels = [fact.label for key, fact in report_case.book.facts.items() if key.endswith(".p_adjusted")]
    assert [label.startswith("Holm-adjusted p") for label in labels] == [name == "adjusted p"] * len(labels)


def test_verdict_in_the_appendix_names_the_facts_it_is_based_on(folder: Path) -> None:
    report_case = case("untestable")
    document = load_writer("technical_report")(report_case, [], None)
    page = render_markdown(document, report_case.book, folder).decode()
    entry = page.partition("**untestable** `hypothesis`")[2].partition("</div>")[0]
    text = " ".join(re.sub(r"\[([^][]*)\]\(#[^)]*\)", r"\1", entry).split())
    assert "Based on `contrast[model.lr=0.01|0.001]`: `accuracy.difference` 0.1400, `accuracy.low`" in text
    assert "; `arm[model.lr=0.01]`: `accuracy.mean` 0.9450;" in text
    assert "; `test`: `alpha` 0.05, `look_alpha` 0.05," in text
    assert "not measured" not in text


def test_required_statements_are_marked_as_required() -> None:
    document = load_writer("technical_report")(case("inconclusive"), [], None)
    blocks = all_blocks(document.sections)
    required = {block.text for block in blocks if isinstance(block, Paragraph) and block.is_required}
    assert any("{{v:hypothesis.sentence}}" in text for text in required)
    assert any("{{f:best.runs}}" in text for text in required)


@pytest.mark.parametrize(
    ("runs", "statement"),
    [
        ("supported", "With model.lr = 0.01, mean accuracy over 5 runs was 0.95"),
        ("untestable", "With model.lr = 0.01, the usable runs had accuracy 0.9400 and 0.9500."),
        ("one run per arm", "With model.lr = 0.01, the only usable run had accuracy 0.95"),
        ("a failed arm", "With model.lr = 0.1, no run gave a usable value of accuracy."),
    ],
    ids=["five runs", "two runs", "one run", "no usable run"],
)
def test_sentence_about_an_arm_depends_on_its_number_of_runs(runs: str, statement: str, folder: Path) -> None:
    report_case = case(runs)
    assert statement in text_of(load_writer("blog_post")(report_case, [], None), report_case.book, folder)


def test_tables_give_no_mean_or_sd_of_two_runs(folder: Path) -> None:
    report_case = case("untestable")
    text = text_of(load_writer("technical_report")(report_case, [], None), report_case.book, folder)
    assert "| 0.01 | 2 | 0 | – | – | 0.9400 | 0.9500 |" in text
    assert "| 0.01 | 0.1400 | – | – | 0.3333 |" in text
    assert text.count("A dash means that the arm has too few runs.") == 2
    assert "was selected" not in text


def test_failed_runs_are_listed_with_their_message(folder: Path) -> None:
    report_case = case("a failed arm")
    text = text_of(load_writer("technical_report")(report_case, [], None), report_case.book, folder)
    assert "model.lr=0.1,seed=4" in text
    assert "loss is nan" in text


def test_missing_deliverable_is_reported(folder: Path) -> None:
    report_case = case("supported")
    facts = dict(report_case.book.facts)
    facts["deliverables.met"] = replace(facts["deliverables.met"], value=0)
    facts["deliverable[comparison].status"] = replace(facts["deliverable[comparison].status"], value="failed")
    report_case = replace(report_case, book=replace(report_case.book, facts=facts))
    text = text_of(load_writer("technical_report")(report_case, [], None), report_case.book, folder)
    assert "0 of 1 required deliverables were validated. Not met: comparison: supported." in text


def test_related_work_quotes_the_library(folder: Path) -> None:
    report_case = case("supported")
    text = text_of(load_writer("paper_draft")(report_case, [], None), report_case.book, folder)
    relevance = "*Learning rate.* This experiment varies the learning rate."
    assert f"{relevance} A (2015) addresses this topic. > “We introduce Adam.” (A 2015)" in text
    assert "# References" in text


SHIPPED_LIBRARY = read_library(sorted((ENGINE / "conf/library").glob("*.bib")))


@pytest.mark.parametrize("tags", [(), ("preregistration",), ("pre-registered",)], ids=["no tag", "topic", "adjective"])
@pytest.mark.parametrize(
    ("flags", "is_cited"),
    [
        ({}, True),
        ({"known": KNOWN}, True),
        ({"registration": {"standing": "exploratory", "reason": "the spec is marked as exploratory"}}, False),
        (
            {"registration": {"standing": "unregistered", "reason": "it was not registered"}, "unregistered": True},
            False,
        ),
    ],
    ids=["confirmatory", "a known run", "exploratory", "unregistered"],
)
def test_only_a_paper_on_a_confirmatory_test_cites_preregistration(
    flags: Mapping[str, Any], is_cited: bool, tags: tuple[str, ...], folder: Path
) -> None:
    report_case = case("supported", **flags)
    book = report_case.book
    pre_registered = Entry("mine", "misc", "T", ("A, B",), "2015", keywords=("pre-registered", "statistical testing"))
    spec = {**book.spec, "exploratory": not is_cited, "metadata": {"tags": list(tags)}}
    book = replace(book, spec=spec, library={**SHIPPED_LIBRARY, "mine": pre_registered})
    document = load_writer("paper_draft")(replace(report_case, book=book), [], None)
    assert [f"{mark.slot}: {mark.reason}" for mark in review_document(document, book, folder)] == []
    cited = collect_references(document, book).citations
    assert ("nosek2018preregistration" in cited) == is_cited
    assert {"mine", "agarwal2021deep"} <= set(cited)


ANALYSIS = Analysis(
    analyst="my_module:Robustness",
    experiment_id="small",
    title="How robust it is",
    summary="See {{ref:table}} and {{ref:arms}}.",
    findings=(
        Finding(id="a", kind="anomaly", text="A spike was seen."),
        Finding(id="r", text="There are {{f:experiment.runs}} runs."),
        Finding(id="l", kind="limitation", text="The data are few."),
    ),
    recommendations=(Recommendation(text="Add seeds.", facts=()),),
    not_estimated=(NotEstimated(what="Importance", why="There is a lone parameter."),),
    tables=(Table(id="table", caption="T", columns=("A",), rows=(("x",),)),),
    figures=(Figure(id="figure", path="reports/figures/technical_report/arms.png", caption="F", alt="f"),),
)
INTEGRATION = {
    "agreed": [{"text": "Seeds matter."}],
    "disagreements": [{"text": "The speed is unclear."}],
    "open_questions": [{"what": "Importance", "why": "There is a lone parameter."}],
}


def test_technical_report_contains_the_analyses(folder: Path) -> None:
    report_case = case("supported")
    text = text_of(
        load_writer("technical_report")(
            report_case, [ANALYSIS, ANALYSIS.model_copy(update={"analyst": "other"})], INTEGRATION
        ),
        report_case.book,
        folder,
    )
    for expected in (
        "How robust it is",
        "A spike was seen.",
        "The data are few.",
        "Add seeds.",
        "*Importance.* There is a",
    ):
        assert expected in text
    assert "Seeds matter." not in text
    assert "The analyses contradict each other: - The speed is unclear." in text


def test_exhibit_ids_of_analysts_get_the_analyst_as_prefix() -> None:
    namespaced = with_namespaced_exhibits(ANALYSIS)
    assert namespaced.summary == "See {{ref:my-module-robustness-table}} and {{ref:arms}}."
    assert [table.id for table in (*namespaced.tables, *namespaced.figures)] == [
        "my-module-robustness-table",
        "my-module-robustness-figure",
    ]


def test_templates_contain_no_digit_outside_placeholders() -> None:
    for name in REPORTS:
        for slot, text in slots(load_writer(name)(case("a failed arm"), [], None)).items():
            assert not re.search(r"\d", re.sub(r"\{\{.*?\}\}", "", text)), slot


def test_figure_shows_usable_runs_and_is_reproducible(tmp_path: Path) -> None:
    view = CaseView(case("a failed arm"))
    assert arm_values(view) == {"0.001": list(LOW), "0.01": list(HIGH)}
    for name in ("first", "again"):
        draw_arms(view, tmp_path / name)
    for file in ("arms.png", "arms.svg"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()
