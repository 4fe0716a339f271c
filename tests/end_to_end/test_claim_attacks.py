"""Attacks on the verdict: other levels win, the sentence names another winner, and the control never works."""

from __future__ import annotations

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.support.specs import spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("claims")]

TEST = "metric: accuracy, goal: maximize, factor: model.lr"
RATES = "sweep: {model.lr: '0.000001,0.001,0.01', seed: range(4)}"
DOCUMENTS = ("analysis_pipeline: [performance_analysis]", "reports: [technical_report]")
COMPARISON = "deliverables: [{type: comparison, required: false}]"
TINY_RATE = "A learning rate of 0.000001 gives a higher test accuracy than 0.001."
SMALL_RATE = "A learning rate of 0.001 gives a higher test accuracy than 0.01."
STUDIES = {
    "named": spec(
        TINY_RATE, RATES, f"compare: {{{TEST}, control: 0.001, treatment: 0.000001}}", COMPARISON, *DOCUMENTS
    ),
    "other": spec(SMALL_RATE, RATES, f"compare: {{{TEST}, control: 0.001, treatment: 0.01}}", COMPARISON, *DOCUMENTS),
    "failing": spec(
        "A learning rate of 0.01 gives a higher test accuracy than 1e30.",
        "sweep: {model.lr: '1e30,0.01', seed: range(4)}",
        f"compare: {{{TEST}, control: 1.0e+30}}",
        COMPARISON,
    ),
}


def build_studies(lab: RealLab) -> None:
    for name, text in STUDIES.items():
        lab.write(f"conf/experiment/{name}.yaml", text)
    build = lab.snakemake(*STUDIES)
    lab.write("build.log", build.output)


@pytest.fixture
def studies(built_labs: BuiltLabs) -> RealLab:
    """The studies, for tests that only read them."""
    return built_labs.original(build_studies)


def text_of(lab: RealLab, path: str) -> str:
    """Return the text of a file with its white space folded."""
    return " ".join((lab.root / "results/experiments" / path).read_text(encoding="utf-8").split())


def test_another_level_that_wins_does_not_support_the_claim(studies: RealLab) -> None:
    comparison = studies.json("experiments/named/results.json")["comparison"]
    assert [contrast["treatment"] for contrast in comparison["contrasts"]] == ["0.000001"]
    assert comparison["verdict"] in ("refuted", "inconclusive")
    better = studies.json("experiments/other/results.json")["comparison"]
    assert better["verdict"] == "supported", "the other level wins"


def test_results_registration_and_report_state_the_claim_that_was_decided(studies: RealLab) -> None:
    """The hypothesis says that the control is better than the treatment, and the test decides the opposite claim."""
    claim = "mean accuracy at model.lr=0.01 exceeds that at model.lr=0.001"
    results = studies.json("experiments/other/results.json")
    assert [entry["text"] for entry in results["comparison"]["claims"]] == [claim]
    assert claim in text_of(studies, "other/registration.json")
    report = text_of(studies, "other/reports/technical_report.md")
    assert SMALL_RATE in report
    assert "exceeds that at" in report


def test_control_that_always_fails_gives_no_verdict(studies: RealLab) -> None:
    results = studies.json("experiments/failing/results.json")
    assert (results["status"], results["verdict"]) == ("partial_success", "untestable")
    assert "fewer than two completed runs" in results["comparison"]["reason"]
