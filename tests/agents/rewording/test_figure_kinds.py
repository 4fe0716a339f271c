"""Figures that are drawn when a model requests them."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.context.case import Book, Case
from agents.context.results import Results
from agents.documents.document import Section
from agents.language_model.protocol import ToolCall
from agents.review.template_review import review_document
from agents.rewording.tools.figure_kinds import figure_kinds
from agents.rewording.tools.session import ToolSession
from agents.rewording.tools.toolset import make_toolbox
from tests.agents.rewording.sample_case import CASE, DOCUMENT, RUN, SERIES, SPEC
from tests.agents.rewording.test_proposal_spec import CASE as CASE_WITH_RUNS

RESULTS = Results("completed", False, "accuracy")
POINT = {"name": RUN[4:-1], "run": "a", "overrides": {"model.lr": 0.01, "seed": 0}}
CASE_WITH_SERIES = Case("digits_lr", Book(spec={**SPEC, "points": [POINT]}), None, RESULTS, SERIES)


@pytest.mark.parametrize(
    ("kind", "metric", "case"),
    [("curves", "eval_loss", CASE_WITH_SERIES), ("runs", "accuracy", CASE_WITH_RUNS)],
    ids=["curves", "runs"],
)
def test_figure_is_drawn_and_its_texts_pass_the_review(kind: str, metric: str, case: Case, tmp_path: Path) -> None:
    figure = figure_kinds(case, tmp_path)[kind](metric)
    assert figure is not None
    assert (tmp_path / figure.path).stat().st_size > 1000
    assert (tmp_path / figure.path).with_suffix(".svg").is_file()
    section = Section(id="figures", title="Figures", blocks=(figure,))
    document = DOCUMENT.model_copy(update={"sections": (section,)})
    assert review_document(document, CASE.book, tmp_path) == []


@pytest.mark.parametrize("kind", ["curves", "runs"])
def test_nothing_is_drawn_without_values(kind: str, tmp_path: Path) -> None:
    assert figure_kinds(CASE_WITH_RUNS, tmp_path)[kind]("f1") is None
    assert list(tmp_path.iterdir()) == []


def test_figure_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "analysis").symlink_to(tmp_path / "elsewhere")
    toolbox = make_toolbox(ToolSession(CASE_WITH_RUNS, figure_kinds(CASE_WITH_RUNS, tmp_path / "experiment")))
    answer = toolbox.answer(ToolCall("1", "ask_for_figure", '{"kind": "runs", "metric": "accuracy"}'))
    assert "is a link" in answer["error"]
    assert list((tmp_path / "elsewhere").iterdir()) == []
