"""Runs are sorted into arms, and a comparison deliverable passes if its test could be carried out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.facts.ids import label
from agents.registered_test.claims import registered_test
from agents.registered_test.comparison_check import check_experiment
from agents.registered_test.observation import Observations, observe

COMPARE = {
    "metric": "accuracy",
    "goal": "maximize",
    "factor": "model.lr",
    "control": 0.001,
    "alpha": 0.05,
    "minimum_effect": 0.01,
}


def run(lr: Any, seed: int, accuracy: float | None, run_id: str = "") -> dict[str, Any]:
    metrics = None if accuracy is None else {"accuracy": accuracy, "loss": 0.1}
    return {"run_id": run_id or f"{lr}-{seed}", "levels": {"model.lr": lr, "seed": seed}, "metrics": metrics}


def sweep(n: int, **effects: float) -> list[dict[str, Any]]:
    """Return runs whose accuracy is 0.8 plus the effect of their arm, for example `lr_0.01=0.05`."""
    return [
        run(float(name.removeprefix("lr_")), seed, 0.8 + effect + 0.002 * seed)
        for name, effect in effects.items()
        for seed in range(n)
    ]


@pytest.mark.parametrize(
    ("runs", "expected", "verdict"),
    [
        (sweep(5, **{"lr_0.001": 0.0, "lr_0.01": 0.05}), True, "supported"),
        (sweep(5, **{"lr_0.001": 0.0, "lr_0.01": -0.05}), True, "refuted"),
        (sweep(5, **{"lr_0.001": 0.0, "lr_0.01": 0.009}), True, "inconclusive"),
        (sweep(3, **{"lr_0.001": 0.0, "lr_0.01": 0.05}), False, "untestable"),
        ([], False, "untestable"),
    ],
    ids=["supported", "refuted", "inconclusive", "too few runs", "no runs"],
)
def test_deliverable_passes_if_the_test_was_carried_out(
    runs: list[dict[str, Any]], expected: bool, verdict: str
) -> None:
    passes, detail, comparison = check_experiment(COMPARE, runs)
    assert (passes, comparison["verdict"]) == (expected, verdict)
    assert detail == f"{verdict}: {comparison['reason']}"
    assert json.loads(json.dumps(comparison, allow_nan=False)) == comparison


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (float("1e-1"), "0.1"),
        (1e-05, "0.00001"),
        (1.0, "1"),
        (1, "1"),
        (True, "true"),
        (None, "null"),
        ("adam", "adam"),
        ([64, 32], "[64,32]"),
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
    ],
)
def test_equal_levels_have_one_label(value: Any, text: str) -> None:
    assert label(value) == text


def observed(*points: dict[str, Any], **compare: Any) -> Observations:
    return observe(registered_test(COMPARE | compare), points)


def test_unit_and_block_are_other_settings_of_the_point() -> None:
    levels = [
        {"seed": 3, "model.lr": 0.1, "data.name": "digits"},
        {"data.name": "digits", "model.lr": 0.2, "seed": 3},
    ]
    points = [{"run_id": str(number), "levels": level, "metrics": {}} for number, level in enumerate(levels)]
    first, second = observed(*points, block=["data.name"]).runs
    assert first.unit == second.unit == "data.name=digits,seed=3"
    assert first.block == second.block == "data.name=digits"
    assert (first.level, second.level) == ("0.1", "0.2")


@pytest.mark.parametrize(
    ("points", "expected", "repeated"),
    [
        (
            [run(0.001, 0, 0.8), run(0.001, 0, 0.8), run(0.001, 1, 0.9, run_id="0.001-0"), run(0.01, 0, 0.9)],
            [("0.001", "seed=0", 0.8), ("0.01", "seed=0", 0.9)],
            2,
        ),
        ([run(0.001, 0, 0.8), run(0.001, 0, 0.9, run_id="again")], [("0.001", "seed=0", 0.8)], 1),
        ([run(0.001, 0, 0.8, run_id="x"), run(0.01, 0, 0.8, run_id="x")], [("0.001", "seed=0", 0.8)], 1),
        ([run(1, 0, 0.8), run(1.0, 0, 0.9, run_id="again")], [("1", "seed=0", 0.8)], 1),
    ],
    ids=["a run of several points", "a unit with two runs", "a run of two arms", "1 and 1.0 are one level"],
)
def test_run_and_unit_count_once(points: list[Any], expected: list[Any], repeated: int) -> None:
    observations = observed(*points)
    assert [(o.level, o.unit, o.value("accuracy")) for o in observations.runs] == expected
    assert observations.notes == (f"{repeated} point(s) share a run or a unit already counted and are used once",)


@pytest.mark.parametrize("value", [None, "0.9", True, float("nan")], ids=["absent", "text", "bool", "nan"])
def test_run_without_a_finite_value_counts_as_failed(value: Any) -> None:
    failed_run = {**run(0.01, 5, 0.9), "metrics": {} if value is None else {"accuracy": value}}
    _, detail, comparison = check_experiment(COMPARE, [*sweep(5, **{"lr_0.001": 0.0, "lr_0.01": 0.05}), failed_run])
    assert comparison["arms"][1]["failed"] == 1
    assert "1 of 6 runs with model.lr = 0.01" in detail
    assert comparison["notes"] == ["1 point(s) completed without a finite accuracy and count as failed"]


def test_failed_runs_are_reported() -> None:
    runs = [*sweep(5, **{"lr_0.001": 0.0, "lr_0.01": 0.05}), run(0.01, 5, None)]
    _, detail, comparison = check_experiment(COMPARE, runs)
    assert "Failed: 1 of 6 runs with model.lr = 0.01." in detail
    assert comparison["notes"] == []


def test_point_without_the_factor_is_noted() -> None:
    runs = [{"run_id": "x", "levels": {"seed": 0}, "metrics": {"accuracy": 0.5}}]
    _, _, comparison = check_experiment(COMPARE, runs)
    assert comparison["notes"][-1] == "1 point(s) do not set model.lr and belong to no arm"


def test_omitted_fields_of_the_registered_test_have_defaults() -> None:
    test = registered_test({"metric": "loss", "goal": "minimize", "factor": "optimizer", "control": "sgd"})
    assert (test.alpha, test.minimum_effect, test.treatment, test.paired) == (0.05, 0.0, None, False)


def test_named_treatment_is_the_only_contrast() -> None:
    runs = sweep(4, **{"lr_0.001": 0.0, "lr_0.01": 0.05, "lr_0.1": -0.3})
    passes, _, comparison = check_experiment({**COMPARE, "treatment": 1e-2}, runs)
    assert passes
    assert (comparison["family_size"], [c["treatment"] for c in comparison["contrasts"]]) == (1, ["0.01"])
