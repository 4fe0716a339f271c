"""Values of a server are equal to logged ones in every form that a server gives them, and else differ."""

from __future__ import annotations

from typing import Any

import pytest

from lightning_modules.checks.tracked_run.differences import config_differences, row_differences, summary_differences
from lightning_modules.checks.tracked_run.expected_run import ExpectedRun

CONFIG: dict[str, Any] = {
    "seed": 12345678,
    "model": {"lr": 1e-8, "layers": [1, 2], "bias": True, "name": "1", "empty": {}},
    "data.path": None,
}


def of_config(**config: Any) -> ExpectedRun:
    return ExpectedRun({}, config, {}, ())


EQUAL: dict[str, tuple[Any, Any]] = {
    "an integer as a float": (2, 2.0),
    "a float as an integer": (2.0, 2),
    "a large integer as a float": (2**60, float(2**60)),
    "a small float": (1e-8, 1e-8),
    "no number": (float("nan"), "NaN"),
    "infinity": (float("inf"), "Infinity"),
    "no value": (None, None),
    "an empty mapping": ({}, {}),
    "integers in a list as floats": ([1, 2], [1.0, 2.0]),
    "a tuple as a list": ((1, 2), [1, 2]),
}
DIFFERENT: dict[str, tuple[Any, Any]] = {
    "the next integer": (12345678, 12345679),
    "the next large integer": (2**60, 2**60 + 1),
    "the next integer as a float": (12345678, 12345679.0),
    "a float with another seventh digit": (0.01, 0.010000001),
    "true and one": (True, 1),
    "one and true": (1, True),
    "true and one in a list": ([True], [1]),
    "a number and its text": (1, "1"),
    "a text and its number": ("1", 1),
    "a text and NaN": ("x", "NaN"),
    "nothing and zero": (None, 0),
    "nothing and an empty text": (None, ""),
    "a shorter list": ([1, 2], [1]),
    "an empty mapping and nothing": ({}, None),
    "a mapping in a list": ([{"a": 1}], [{"a": 2}]),
}


@pytest.mark.parametrize(("logged", "received"), EQUAL.values(), ids=EQUAL)
def test_equal_setting_in_another_form_is_no_difference(logged: Any, received: Any) -> None:
    assert list(config_differences(of_config(key=logged), {"key": received})) == []


@pytest.mark.parametrize(("logged", "received"), DIFFERENT.values(), ids=DIFFERENT)
def test_other_setting_is_a_difference(logged: Any, received: Any) -> None:
    assert len(list(config_differences(of_config(key=logged), {"key": received}))) == 1


def test_dotted_keys_and_keys_of_the_server_are_no_difference() -> None:
    received = {
        "seed": 12345678,
        **{"model.lr": 1e-8, "model.layers": [1, 2], "model": {"bias": True, "name": "1", "empty": {}}},
        "data": {"path": None},
        "_wandb": {"t": {"1": [1]}},
    }
    assert list(config_differences(ExpectedRun({}, CONFIG, {}, ()), received)) == []


def test_metrics_may_be_stored_with_less_precision() -> None:
    expected = ExpectedRun({"loss": [0.1, float("nan")]}, {}, {"accuracy": 0.1}, ())
    assert list(row_differences(expected.values, {"loss": [0.10000000149, "NaN"]}, ["loss"])) == []
    assert list(summary_differences(expected, {"accuracy": 0.10000000149, "_runtime": 3})) == []
    assert len(list(row_differences(expected.values, {"loss": [0.101, "NaN"]}, ["loss"]))) == 1
    assert len(list(summary_differences(expected, {"accuracy": 0.101}))) == 1
