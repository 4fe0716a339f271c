"""Figures: scales, non-finite values, and reproducible files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from agents.figures.curve_plot import ArmCurves, draw_learning_curves
from agents.figures.time_plot import ArmTimes, draw_times


def curves(*runs: Sequence[float], is_background: bool = False) -> ArmCurves:
    return ArmCurves("an arm", tuple(dict(enumerate(values, start=1)) for values in runs), is_background)


@pytest.mark.parametrize(
    ("arms", "is_log"),
    [
        pytest.param([curves([2.0, 1.0], [2.1, 1.1], [2.2, 1.0])], False, id="linear"),
        pytest.param([curves([2.0, 1.0]), curves([2.0, 1e12])], True, id="several magnitudes"),
        pytest.param([curves([-2.0, 1e12])], False, id="negative values have no logarithm"),
        pytest.param([curves([2.0, math.inf], [2.0, math.nan])], False, id="not finite"),
        pytest.param([curves([math.nan, math.nan])], False, id="no finite value"),
        pytest.param([curves()], False, id="no runs"),
        pytest.param([curves([1.0, 2.0], is_background=True), curves([1.0, 2.0])], False, id="background arms"),
    ],
)
def test_any_curves_can_be_drawn_and_several_magnitudes_use_a_logarithmic_axis(
    tmp_path: Path, arms: Sequence[ArmCurves], is_log: bool
) -> None:
    assert draw_learning_curves(tmp_path, "curves", {"loss": arms}, {"loss"}) is is_log
    assert {file.suffix for file in tmp_path.iterdir()} == {".png", ".svg"}


def test_means_use_finite_values_only() -> None:
    arm = curves([1.0, math.nan], [3.0, 5.0])
    assert (arm.values_at(1), arm.values_at(2), arm.has_nonfinite) == ([1.0, 3.0], [5.0], True)


def test_svg_contains_neither_date_nor_program_name(tmp_path: Path) -> None:
    draw_times(tmp_path, "times", [ArmTimes("an arm", 1, 10, 1, 15)])
    text = (tmp_path / "times.svg").read_text()
    assert "dc:date" not in text
    assert "Matplotlib" not in text


def test_parts_of_the_wall_time_add_up_to_the_total() -> None:
    assert sum(ArmTimes("an arm", 1, 10, 1, 15).parts.values()) == 15
