"""The verdict of the shipped study follows from the files of its runs by scipy and statsmodels alone."""

from __future__ import annotations

import json

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.test_lifecycle import build_shipped_study
from tests.verdicts.recompute import contrast_numbers, verdict

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("lifecycle")]


def accuracies(lab: RealLab) -> dict[float, list[float]]:
    """Return the accuracies of digits_lr by learning rate, from the files of the runs."""
    values: dict[float, list[float]] = {}
    for run in sorted((lab.root / "results/experiments/digits_lr/runs").iterdir()):
        rate = json.loads((run / "config.json").read_text())["config"]["model"]["lr"]
        accuracy = json.loads((run / "output/eval_results.json").read_text())["accuracy"]
        values.setdefault(rate, []).append(accuracy)
    return values


def test_numbers_of_the_shipped_study_equal_independent_computations(built_labs: BuiltLabs) -> None:
    lab = built_labs.original(build_shipped_study)
    arms = accuracies(lab)
    assert {rate: len(arm) for rate, arm in arms.items()} == {0.001: 5, 0.003: 5, 0.01: 5}
    comparison = lab.json("experiments/digits_lr/results.json")["comparison"]
    bound, alpha = comparison["minimum_effect"], comparison["alpha"]
    expected = contrast_numbers(arms[0.01], arms[0.001], bound, alpha)
    (contrast,) = comparison["contrasts"]
    assert contrast["difference"] == pytest.approx(expected["difference"])
    assert [contrast["interval"][end] for end in ("low", "high")] == pytest.approx([expected["low"], expected["high"]])
    assert contrast["hedges_g"] == pytest.approx(expected["hedges_g"])
    assert contrast["probability_of_superiority"] == pytest.approx(expected["superiority"])
    assert contrast["p_welch"] == pytest.approx(expected["p_welch"])
    assert contrast["p_permutation"] == pytest.approx(expected["p_permutation"])
    assert contrast["p_adjusted"] == pytest.approx(expected["p"])
    assert comparison["verdict"] == verdict(expected, expected["p"], bound, alpha) == "supported"
