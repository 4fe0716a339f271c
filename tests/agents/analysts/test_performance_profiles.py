"""Performance profiles over blocks: what is drawn, failed runs, and metrics that are to be minimized."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.analysis.analysis_documents import analysis_document
from agents.analysis.merged_book import merged_book
from agents.analysis.tasks import make_agenda
from agents.analysts.performance import performance_profiles as module
from agents.analysts.performance.performance_profiles import NAME, performance_profiles
from agents.analysts.performance_analysis import analyse
from agents.analysts.shared.arm_runs import arm_runs
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.context.library import Entry
from agents.figures.figure_paths import with_figure_folder
from agents.review.template_review import review_analysis, review_document
from agents.statistics import Profile
from tests.agents.studies import Rows, study

COMPARE = {"factor": "model.lr", "control": 0.1, "block": ["data"]}


def rows(seeds: int = 3, failed: Sequence[int] = (), blocks: Sequence[str] = ("digits", "letters")) -> Rows:
    """Return rows in which the treatment is better by 0.05, and fails in block letters with the seeds `failed`."""
    return [
        (
            {"model.lr": lr, "data": data, "seed": seed},
            None
            if seed in failed and (lr, data) == (0.2, "letters")
            else 0.7 + 0.05 * (lr == 0.2) + 0.1 * (data == "digits") + seed / 100,
        )
        for lr in (0.1, 0.2)
        for data in blocks
        for seed in range(seeds)
    ]


def drawn(case: Case, monkeypatch: pytest.MonkeyPatch) -> tuple[Part, Mapping[str, Profile]]:
    """Return the part of the analysis and the profiles that it draws."""
    profiles: dict[str, Profile] = {}

    monkeypatch.setattr(module, "draw_profiles", lambda *arguments, is_above: profiles.update(arguments[-1]))
    return performance_profiles(case, arm_runs(case), Path()), profiles


def share_at(profile: Profile, threshold: float) -> float:
    """Return the share at the last drawn threshold that does not exceed this one."""
    return [s for t, s in zip(profile.thresholds, profile.shares, strict=True) if t <= threshold][-1]


def test_shares_are_those_of_the_runs_of_all_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    part, profiles = drawn(study(rows(), COMPARE), monkeypatch)
    assert share_at(profiles["model.lr = 0.1"], 0.715) == pytest.approx(4 / 6)
    assert share_at(profiles["model.lr = 0.2"], 0.715) == 1
    assert {fact.id: fact.value for fact in part.facts}[module._BLOCKS] == 2
    assert "too few runs" in part.figures[0].caption


@pytest.mark.parametrize(("on_failure", "share"), [("worst", 4 / 6), ("exclude", 1.0)])
def test_failed_runs_count_as_registered(on_failure: str, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    _, profiles = drawn(study(rows(failed=(0, 1)), COMPARE | {"on_failure": on_failure}), monkeypatch)
    assert profiles["model.lr = 0.2"].shares[0] == pytest.approx(share)


def test_smaller_values_count_if_the_metric_is_to_be_minimized(monkeypatch: pytest.MonkeyPatch) -> None:
    part, profiles = drawn(study(rows(), COMPARE | {"goal": "minimize"}), monkeypatch)
    assert share_at(profiles["model.lr = 0.1"], 0.715) == pytest.approx(2 / 6)
    assert (profiles["model.lr = 0.1"].shares[0], profiles["model.lr = 0.1"].shares[-1]) == (0, 1)
    assert list(profiles["model.lr = 0.1"].thresholds) == sorted(profiles["model.lr = 0.1"].thresholds)
    assert "is below the value" in part.figures[0].caption


@pytest.mark.parametrize(
    "case",
    [
        study(rows(blocks=["digits"]), COMPARE),
        study([(levels, value) for levels, value in rows() if levels["data"] == "digits"], COMPARE | {"block": []}),
        study(rows(), None),
    ],
    ids=["one block", "no block", "no test"],
)
def test_without_several_blocks_there_is_no_profile(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(case, monkeypatch) == (Part(), {})


@pytest.mark.parametrize("seeds", [3, 10], ids=["without bands", "with bands"])
def test_the_figure_is_drawn_and_passes_the_quality_review(tmp_path: Path, seeds: int) -> None:
    case = study(rows(seeds), COMPARE)
    paper = Entry("agarwal2021deep", "misc", "T", ("A, B",), "2021")
    case = replace(case, book=replace(case.book, library={"agarwal2021deep": paper}))
    analysis = analyse(case, make_agenda(case, ["performance_analysis"]).task("performance_analysis"), tmp_path)
    analysis = with_figure_folder(analysis, "figures")
    figure: Any = next(figure for figure in analysis.figures if figure.id == NAME)
    assert ("confidence bands at level" in figure.caption) == (seeds == 10)
    assert "{{cite:agarwal2021deep}}" in figure.caption
    assert (tmp_path / f"{NAME}.png").stat().st_size > 10_000
    table = next(table for table in analysis.tables if table.id == "aggregates")
    ((level, *cells),) = table.rows
    assert level == "{{f:arm[model.lr=0.2].level}}"
    assert "{{f:aggregate.contrast[model.lr=0.2|0.1].accuracy.iqm_treatment}}" in cells
    book = merged_book(case, [analysis])
    assert not review_analysis(analysis, book)
    assert not review_document(analysis_document(analysis), book)
