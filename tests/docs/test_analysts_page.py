"""Run the analyst that docs/analysts.md shows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.analysis.tasks import make_agenda
from agents.analysts.load_analyst import load_analyst
from agents.context.case import Book, Case
from agents.context.results import Results
from agents.facts.fact import Fact, Source
from agents.review.template_review import review_analysis
from tests.docs.documents import blocks

PAGE = "docs/analysts.md"
SOURCE = Source("results.json", "0" * 64)
SPEC = {
    "compare": {"metric": "accuracy", "goal": "maximize", "factor": "lr", "control": 0.1},
    "points": [{"name": f"lr=0.1,seed={n}", "overrides": {"lr": 0.1, "seed": n}, "run": str(n)} for n in range(3)],
}


@pytest.fixture
def name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Write the analyst of the page to a module on the path, and return its name in a spec."""
    example = next(block for block in blocks(PAGE) if block.file == "mylab/my_analysts.py")
    (tmp_path / "my_analysts.py").write_text(example.text)
    monkeypatch.syspath_prepend(tmp_path)
    yield "my_analysts:calm"
    sys.modules.pop("my_analysts", None)


def case(*values: tuple[str, object, str]) -> Case:
    rows = (("experiment.metric", "accuracy", "experiment"), ("arm[lr=0.1].level", "0.1", "arm[lr=0.1]"), *values)
    facts = (Fact(key, value, "share", 3, subject, key, SOURCE, "t:f") for key, value, subject in rows)  # type: ignore[arg-type]
    return Case(
        "rates", Book({fact.id: fact for fact in facts}, {}, SPEC), None, Results("completed", False, "accuracy")
    )


def test_the_example_computes_the_span_of_each_arm(name: str, tmp_path: Path) -> None:
    arm = "arm[lr=0.1]"
    example_case = case((f"{arm}.accuracy.max", 0.875, arm), (f"{arm}.accuracy.min", 0.75, arm))
    analysis = load_analyst(name)(example_case, make_agenda(example_case, [name]).task(name), tmp_path)
    assert [(fact["id"], fact["value"], fact["inputs"]) for fact in analysis.facts] == [
        (f"calm.{arm}.span", 0.125, [f"{arm}.accuracy.max", f"{arm}.accuracy.min"])
    ]
    assert review_analysis(analysis, example_case.book) == []


def test_the_example_reports_a_span_that_it_cannot_estimate(name: str, tmp_path: Path) -> None:
    example_case = case()
    analysis = load_analyst(name)(example_case, make_agenda(example_case, [name]).task(name), tmp_path)
    assert (analysis.findings, len(analysis.not_estimated)) == ((), 1)
    assert review_analysis(analysis, example_case.book) == []
