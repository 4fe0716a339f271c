"""What a figure decides by itself: scales, bands, and what it leaves out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from agents.figures.curve_plot import ArmCurves, draw_learning_curves
from agents.figures.time_plot import ArmTimes, draw_times


def bundle(*runs: Sequence[float], is_background: bool = False) -> ArmCurves:
    return ArmCurves("an arm", tuple(dict(enumerate(values, start=1)) for values in runs), is_background)


@pytest.mark.parametrize(
    ("bundles", "is_log"),
    [
        pytest.param([bundle([2.0, 1.0], [2.1, 1.1], [2.2, 1.0])], False, id="linear"),
        pytest.param([bundle([2.0, 1.0]), bundle([2.0, 1e12])], True, id="many magnitudes"),
        pytest.param([bundle([-2.0, 1e12])], False, id="negative values have no logarithm"),
        pytest.param([bundle([2.0, math.inf], [2.0, math.nan])], False, id="not finite"),
        pytest.param([bundle([math.nan, math.nan])], False, id="nothing finite"),
        pytest.param([bundle()], False, id="no runs"),
        pytest.param([bundle([1.0, 2.0], is_background=True), bundle([1.0, 2.0])], False, id="quiet arms"),
    ],
)
def test_any_course_can_be_drawn(tmp_path: Path, bundles: Sequence[ArmCurves], is_log: bool) -> None:
    assert draw_learning_curves(tmp_path, "curves", {"loss": bundles}, {"loss"}) is is_log
    assert {file.suffix for file in tmp_path.iterdir()} == {".png", ".svg"}


def test_only_finite_values_make_a_mean() -> None:
    one = bundle([1.0, math.nan], [3.0, 5.0])
    assert (one.values_at(1), one.values_at(2), one.has_nonfinite) == ([1.0, 3.0], [5.0], True)


def test_an_svg_tells_neither_time_nor_program(tmp_path: Path) -> None:
    draw_times(tmp_path, "times", [ArmTimes("an arm", 1, 10, 1, 15)])
    text = (tmp_path / "times.svg").read_text()
    assert "dc:date" not in text
    assert "Matplotlib" not in text


def test_the_parts_of_a_run_add_up() -> None:
    assert sum(ArmTimes("an arm", 1, 10, 1, 15).parts.values()) == 15
