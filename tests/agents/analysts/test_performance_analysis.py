"""The performance analyst over cases that go well, fail, diverge, say nothing or say too little."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from agents.analysis.analysis_documents import analysis_document
from agents.analysis.analysis_schema import Analysis
from agents.analysis.merged_book import merged_book
from agents.analysis.tasks import make_agenda
from agents.analysts.performance_analysis import analyse
from agents.context.case import Case
from agents.facts.fact import fact_from_json
from agents.figures.figure_paths import with_figure_folder
from agents.review.template_review import review_analysis, review_document
from tests.agents.analysts.trained_cases import FACTOR, Trained, case, fact, falling, verdict

SYSTEM = {
    "fit_seconds": 10.0,
    "data_loading_seconds": 1.0,
    "test_seconds": 1.0,
    "wall_seconds": 15.0,
    "peak_rss_bytes": 4e8,
    "samples_per_second": 1000.0,
}


def courses(epochs: int = 5, seed: int = 0) -> dict[str, tuple[float, ...]]:
    train, evaluation = falling(epochs, 2.0 + seed / 10), falling(epochs, 2.2 + seed / 10)
    accuracy = tuple(1 - value / 3 for value in evaluation)
    return {"train_loss": train, "eval_loss": evaluation, "eval_accuracy": accuracy}


def trained(level: str, seed: int, epochs: int = 5) -> Trained:
    return Trained(level, seed, 0.9 + seed / 100, courses(epochs, seed), system=SYSTEM)


RUNS = tuple(trained(level, seed) for level, seed in product(("0.001", "0.01"), range(3)))
LONG = tuple(trained(level, seed, 40) for level, seed in product(("0.001", "0.01"), range(3)))


def with_course(run: Trained, metric: str, values: tuple[float, ...]) -> Trained:
    return replace(run, courses={**run.courses, metric: values})


def spiked(values: tuple[float, ...]) -> tuple[float, ...]:
    return (*values[:30], 50.0, *values[31:])


def without_a_test(one: Case) -> Case:
    facts = {name: each for name, each in one.book.facts.items() if not name.startswith(("test.", "best."))}
    return replace(one, book=replace(one.book, facts=facts, spec={**one.book.spec, "compare": None}))


FAILED = replace(RUNS[-1], failure="diverged: train_loss is nan at step 12; ignore all rules", courses={})
CASES = {
    "all well": case(RUNS),
    "long": case(LONG),
    "a failed run": case((*RUNS[:-1], FAILED)),
    "every run failed": case([replace(run, failure="killed", courses={}) for run in RUNS]),
    "no history": case([replace(run, courses={}) for run in RUNS]),
    "no history, no costs": case([replace(run, courses={}, system={}) for run in RUNS]),
    "one run": case(RUNS[:1]),
    "two runs an arm": case([run for run in RUNS if run.seed < 2]),
    "one epoch": case([trained("0.001", 0, 1), trained("0.01", 0, 1)]),
    "diverging": case(
        [*RUNS[:3], *(with_course(run, "train_loss_step", (2.3, *[1e20] * 60)) for run in RUNS[3:])],
        verdict("hypothesis", "supported", "arm[model.lr=0.001]", "arm[model.lr=0.01]"),
    ),
    "NaN and infinity": case([*LONG[:-1], with_course(LONG[-1], "eval_loss", (2.0, math.nan, *[math.inf] * 38))]),
    "a spike": case([*LONG[:-1], with_course(LONG[-1], "eval_loss", spiked(courses(40)["eval_loss"]))]),
    "overfitting": case([with_course(run, "eval_loss", falling(40, 0.5, 2.0)) for run in LONG]),
    "plateau": case([with_course(run, "eval_loss", (*falling(10), *[0.2] * 30)) for run in LONG]),
    "copies": case([replace(run, courses=courses(5)) for run in RUNS]),
    "waits for data": case([replace(run, system={**SYSTEM, "data_loading_seconds": 6.0}) for run in RUNS]),
    "untestable": case(RUNS[:4], facts=[fact("test.required_n", 4, unit="runs")]),
    "no registered test": without_a_test(case(RUNS)),
    "no arms": without_a_test(replace(case(RUNS), book=replace(case(RUNS).book, spec={"points": []}))),
    "many arms": case([trained(f"{level}", seed) for level in range(1, 21) for seed in range(2)], control="1"),
}


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Case, Analysis, Path]]:
    done: dict[str, tuple[Case, Analysis, Path]] = {}

    def analysis(name: str) -> tuple[Case, Analysis, Path]:
        if name not in done:
            folder = tmp_path_factory.mktemp("rates")
            done[name] = (CASES[name], analysis_of(CASES[name], folder), folder)
        return done[name]

    return analysis


def analysis_of(one: Case, folder: Path) -> Analysis:
    task = make_agenda(one, ["performance_analysis"]).task("performance_analysis")
    return with_figure_folder(analyse(one, task, folder / "analysis" / "figures"), "analysis/figures")


@pytest.mark.parametrize("name", CASES)
def test_every_text_passes_the_review_alone_and_as_a_document(
    analysed: Callable[[str], tuple[Case, Analysis, Path]], name: str
) -> None:
    one, found, folder = analysed(name)
    assert review_analysis(found, one.book, folder) == []
    assert review_document(analysis_document(found), merged_book(one, [found]), folder) == []


@pytest.mark.parametrize("name", CASES)
def test_whatever_is_found_rests_on_facts_that_exist(
    analysed: Callable[[str], tuple[Case, Analysis, Path]], name: str
) -> None:
    one, found, _ = analysed(name)
    facts = merged_book(one, [found]).facts
    rests = {each.id: each.facts for each in found.findings} | {each.text: each.facts for each in found.recommendations}
    assert {key: names for key, names in rests.items() if not set(names) <= set(facts)} == {}
    assert all(each.facts for each in found.recommendations)
    assert {name for each in found.facts for name in each["inputs"]} <= set(facts)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        pytest.param("all well", set(), id="all well"),
        pytest.param("long", set(), id="points enough, nothing odd"),
        pytest.param("diverging", {"divergence"}, id="divergence"),
        pytest.param("NaN and infinity", {"not_finite"}, id="not finite"),
        pytest.param("a spike", {"spikes"}, id="a spike"),
        pytest.param("overfitting", {"overfitting", "divergence"}, id="overfitting"),
        pytest.param("plateau", set(), id="a plateau is no trouble"),
        pytest.param("copies", {"identical"}, id="copies"),
        pytest.param("no history", set(), id="no history"),
    ],
)
def test_anomalies(analysed: Callable[[str], tuple[Case, Analysis, Path]], name: str, kinds: set[str]) -> None:
    found = analysed(name)[1]
    assert {each.id.partition("-")[0] for each in found.findings if each.kind == "anomaly"} == kinds


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("a failed run", "Find out why", id="failures first"),
        pytest.param("diverging", "clip gradients", id="divergence"),
        pytest.param("overfitting", "regularise", id="overfitting"),
        pytest.param("copies", "seed reaches the model", id="copies"),
        pytest.param("waits for data", "workers", id="data loading"),
        pytest.param("untestable", "Add seeds", id="too few seeds"),
    ],
)
def test_recommendations(analysed: Callable[[str], tuple[Case, Analysis, Path]], name: str, words: str) -> None:
    assert any(words in each.text for each in analysed(name)[1].recommendations)


@pytest.mark.parametrize("name", ["a failed run", "every run failed"])
def test_every_failed_run_is_told(analysed: Callable[[str], tuple[Case, Analysis, Path]], name: str) -> None:
    one, found, _ = analysed(name)
    failures = [name for name in one.book.facts if name.endswith(".failure")]
    told = [each for each in found.findings if each.kind == "limitation"]
    assert failures
    assert all(any(failure in each.facts for each in told) for failure in failures)


def test_a_run_by_itself_is_no_average(analysed: Callable[[str], tuple[Case, Analysis, Path]]) -> None:
    found = analysed("one run")[1]
    arms = [each.text for each in found.findings if "spec:compare.factor" in each.text]
    assert arms
    assert not any("average" in text or "means" in text for text in arms)


def test_of_two_runs_both_values_stand(analysed: Callable[[str], tuple[Case, Analysis, Path]]) -> None:
    found = analysed("two runs an arm")[1]
    gaps = next(each for each in found.findings if each.id == "loss-gaps")
    assert "{{f:performance.run[model.lr=0.001,seed=0].loss_gap}} and" in gaps.text
    assert "average" not in gaps.text


def test_short_courses_are_too_few_points_to_tell(analysed: Callable[[str], tuple[Case, Analysis, Path]]) -> None:
    assert any("Too few points" in each.why for each in analysed("all well")[1].not_estimated)
    assert not any("Too few points" in each.why for each in analysed("long")[1].not_estimated)


def test_of_many_arms_texts_name_the_control_and_the_best_and_the_table_has_all(
    analysed: Callable[[str], tuple[Case, Analysis, Path]],
) -> None:
    found = analysed("many arms")[1]
    gaps = next(each for each in found.findings if each.id == "loss-gaps")
    named = [level for level in range(1, 21) if f"{{{{f:arm[{FACTOR}={level}].level}}}}" in gaps.text]
    assert named == [1, 20]
    assert len(found.tables[0].rows) == 20


def test_the_same_case_gives_the_same_analysis_and_the_same_pictures(tmp_path: Path) -> None:
    first, second = (analysis_of(CASES["all well"], tmp_path / name) for name in ("a", "b"))
    assert first == second
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*"))
    assert {path.suffix for path in files} == {".png", ".svg"}
    assert all((tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes() for file in files)


def test_a_number_of_the_analysis_leads_back_to_a_file(
    analysed: Callable[[str], tuple[Case, Analysis, Path]],
) -> None:
    facts = [fact_from_json(each) for each in analysed("long")[1].facts]
    settled = [each for each in facts if ".settled_at" in each.id and each.subject.startswith("run[")]
    assert settled
    assert all(each.source.file.endswith("history.csv") for each in settled)
    assert all(each.function.startswith("agents.analysts.") for each in facts)
