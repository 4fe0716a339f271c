"""Each report has the badge of its recorded reproductions, and none without a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.facts.fact import Fact, by_id
from agents.review.finished_text_review import check_text
from agents.review.template_review import review_document
from agents.writers.load_writer import load_writer
from tests.agents.small_experiment import source
from tests.agents.writers.test_reports_of_outcomes import REPORTS, case, text_of

HARDWARE = "AMD EPYC 7763 64-Core Processor, NVIDIA H100, Linux-6.1"
ALL: Mapping[str, Any] = {
    "times": 3,
    "runs": 10,
    "differing_runs": 0,
    "failed_runs": 0,
    "repeated_runs": 10,
    "unrepeated_runs": 0,
    "records": 30,
    "other_code": 0,
    "last": "2030-03-02 10:15 UTC",
    "hardware": HARDWARE,
    "result": "identical",
}
REPRODUCED = (
    "Reproduced 3 times: every completed run was trained again from its record, and its latest repetition agrees."
)
WHEN = f"Last repetition: 2030-03-02 10:15 UTC on {HARDWARE}. Its result:"
OTHER = "1 repetition used other code and did not agree, which says nothing about the record."
DIFFERS = "run 0123456789ab at 2030-03-01 09:15 UTC: package: numpy: recorded 2.3.1, now 2.4.0"
NO_LAST: Mapping[str, Any] = {"last": None, "hardware": None, "result": None}


def _fact(name: str, value: Any) -> Fact:
    unit = "text" if isinstance(value, str) else "fixed" if name == "tolerance" else "runs"
    return Fact(f"reproduction.{name}", value, unit, 1, "experiment", name, source("reproductions/x.json"), "module:f")


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize(
    ("values", "sentences"),
    [
        pytest.param(ALL, [REPRODUCED, f"{WHEN} identical."], id="identical"),
        pytest.param(ALL | {"times": 1}, ["Reproduced 1 time: every completed run"], id="once"),
        pytest.param(
            ALL | {"result": "within_tolerance", "tolerance": 0.0001},
            [REPRODUCED, f"{WHEN} within_tolerance.", "The relative tolerance for numbers is 0.0001."],
            id="within tolerance",
        ),
        pytest.param(
            ALL | {"times": 0, "runs": 1, "repeated_runs": 1, "unrepeated_runs": 9},
            [
                "Reproduced in part: 1 of 10 completed runs was repeated: 1 agrees with the record, "
                "9 were not repeated.",
                f"{WHEN} identical.",
            ],
            id="some runs",
        ),
        pytest.param(
            ALL
            | {"times": 0, "runs": 2, "differing_runs": 1, "repeated_runs": 3, "unrepeated_runs": 7, "cause": DIFFERS},
            [
                "Reproduced in part: 3 of 10 completed runs were repeated: 2 agree with the record, 1 differs, "
                "7 were not repeated.",
                f"Runs that do not agree: {DIFFERS}.",
                f"{WHEN} identical.",
            ],
            id="an earlier repetition of another run differs",
        ),
        pytest.param(
            ALL | {"times": 0, "runs": 0, "repeated_runs": 0, "failed_runs": 10, "hardware": None, "cause": DIFFERS},
            [
                "Not reproduced: 0 of 10",
                "10 could not be repeated",
                "Last repetition: 2030-03-02 10:15 UTC. Its result:",
            ],
            id="data gone",
        ),
        pytest.param(ALL | {"other_code": 1}, [REPRODUCED, OTHER], id="other code after a success"),
        pytest.param(
            ALL | NO_LAST | {"runs": 0, "repeated_runs": 0, "unrepeated_runs": 10, "records": 1, "other_code": 1},
            ["Not repeated with the recorded code: 0 of 10 completed runs were repeated", OTHER],
            id="other code only",
        ),
    ],
)
def test_report_has_the_badge_and_passes_the_review(
    tmp_path: Path, report: str, values: Mapping[str, Any], sentences: list[str]
) -> None:
    plain = case("supported")
    facts = by_id(_fact(name, value) for name, value in values.items())
    book = replace(plain.book, facts={**plain.book.facts, **facts})
    document = load_writer(report)(replace(plain, book=book), (), None)
    text = text_of(document, book, tmp_path).replace("**", "")
    for sentence in sentences:
        assert sentence in text
    assert not [str(objection) for objection in review_document(document, book)]
    assert not [problem for problem in check_text(text, book, "report.md") if "epetition" in str(problem)]


@pytest.mark.parametrize("report", REPORTS)
def test_without_a_record_no_report_speaks_of_a_reproduction(tmp_path: Path, report: str) -> None:
    plain = case("supported")
    text = text_of(load_writer(report)(plain, (), None), plain.book, tmp_path)
    assert "eproduced" not in text
    assert "epetition" not in text
