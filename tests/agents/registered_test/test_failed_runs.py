"""Which failed runs prevent a test, and which value a failed run counts as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.observation import Observation
from agents.registered_test.samples.failed_runs import NotCompared, check_failures, value_of_failed_runs


def arm(values: Sequence[float | None], failure: Any = "run") -> list[Observation]:
    return [
        Observation(f"run {n}", "b", "", f"seed={n}", {"accuracy": value}, None if value is not None else failure)
        for n, value in enumerate(values)
    ]


def claim(kind: Any = "superiority", margin: float = 0.1, metric: str = "accuracy") -> RegisteredClaim:
    return RegisteredClaim(kind, "b", margin, metric, "maximize", factors=("lr", "depth"))


def registered(**rule: Any) -> RegisteredTest:
    return RegisteredTest("accuracy", "maximize", "lr", "a", "b", **rule)


TWO, THREE, FAILED = arm([0.8, 0.9]), arm([0.8, 0.9, 0.7]), arm([0.8, 0.9, None])
UNMEASURED = arm([None, None], failure=None)  # completed without the metric


@pytest.mark.parametrize(
    ("rule", "kind", "arms", "message", "needs_runs"),
    [
        pytest.param({}, "superiority", (TWO, arm([0.8])), "fewer than two completed", True, id="one run"),
        pytest.param({}, "superiority", (arm([0.8, None]), TWO), "fewer than two completed", True, id="one completed"),
        pytest.param({}, "superiority", (TWO, arm([])), "fewer than two completed", True, id="no run"),
        pytest.param(
            {},
            "superiority",
            (TWO, arm([0.8, 0.9, None], "machine")),
            "^1 run.s. failed because of the",
            False,
            id="lost",
        ),
        pytest.param(
            {}, "superiority", (arm([None, None], "machine"), TWO), "^2 run.s. failed because", False, id="both lost"
        ),
        pytest.param({}, "superiority", (UNMEASURED, UNMEASURED), "^no completed run has a", False, id="not measured"),
        pytest.param({"on_failure": "refuse"}, "superiority", (FAILED, FAILED), "^2 .* refuses", False, id="refused"),
        pytest.param({}, "noninferiority", (TWO, FAILED), "^1 .*noninferiority.*worst possible", False, id="no worst"),
        pytest.param({}, "equivalence", (FAILED, TWO), "equivalence then needs the worst possible", False, id="range"),
        pytest.param({}, "interaction", (FAILED, TWO), "interaction then needs the worst possible", False, id="cells"),
    ],
)
def test_failures_that_prevent_the_test(
    rule: dict[str, Any], kind: str, arms: Sequence[Any], message: str, needs_runs: bool
) -> None:
    with pytest.raises(NotCompared, match=message) as raised:
        check_failures(registered(**rule), claim(kind), *arms)
    assert raised.value.needs_runs == needs_runs


@pytest.mark.parametrize(
    ("rule", "kind", "arms"),
    [
        pytest.param({}, "superiority", (TWO, THREE), id="two completed runs are sufficient"),
        pytest.param({"on_failure": "refuse"}, "equivalence", (TWO, THREE), id="nothing to refuse"),
        pytest.param({}, "superiority", (FAILED, TWO), id="superiority with the worst observed value"),
        pytest.param({"worst": 0.0}, "noninferiority", (FAILED, TWO), id="declared worst value"),
        pytest.param({"on_failure": "exclude"}, "equivalence", (FAILED, TWO), id="excluded"),
    ],
)
def test_failures_that_the_rule_allows(rule: dict[str, Any], kind: str, arms: Sequence[Any]) -> None:
    check_failures(registered(**rule), claim(kind), *arms)


def test_the_worst_value_of_another_metric_is_not_used() -> None:
    other = [Observation("run", "b", "", "seed=0", {"recall": value}) for value in (0.8, 0.9, None)]
    with pytest.raises(NotCompared, match="worst possible"):
        check_failures(registered(worst=0.0), claim("equivalence", metric="recall"), other, other)
    assert value_of_failed_runs(registered(worst=0.0), claim(metric="recall"), [0.8, 0.9], 1.0) == 0.8


@pytest.mark.parametrize(
    ("rule", "sign", "completed", "value"),
    [
        pytest.param({}, 1.0, [0.9, 0.7], 0.7, id="worst observed"),
        pytest.param({}, -1.0, [-0.9, -0.7], -0.9, id="worst observed loss, with its sign"),
        pytest.param({"worst": 0.1}, 1.0, [0.9, 0.7], 0.1, id="declared"),
        pytest.param({"worst": 0.8}, 1.0, [0.9, 0.7], 0.7, id="a declared value better than an observed one"),
        pytest.param({"worst": 2.0}, -1.0, [-0.9, -0.7], -2.0, id="declared loss"),
        pytest.param({"worst": 0.8}, -1.0, [-0.9, -0.7], -0.9, id="a declared loss better than an observed one"),
        pytest.param({"on_failure": "exclude", "worst": 0.1}, 1.0, [0.9, 0.7], None, id="excluded"),
    ],
)
def test_value_of_a_failed_run(rule: dict[str, Any], sign: float, completed: list[float], value: float | None) -> None:
    assert value_of_failed_runs(registered(**rule), claim(), completed, sign) == value
