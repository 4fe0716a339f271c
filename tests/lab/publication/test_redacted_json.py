"""Private values are replaced in JSON, and the places are listed."""

from __future__ import annotations

from typing import Any

import pytest

from lab.publication.contents.redacted_json import redacted_json


@pytest.mark.parametrize(
    ("value", "expected", "places"),
    [
        pytest.param({"host": "vm-7"}, {"host": "<host>"}, ["host"], id="host"),
        pytest.param({"a": [{"user": "ada"}]}, {"a": [{"user": "<user>"}]}, ["a[0].user"], id="user-in-list"),
        pytest.param({"host": None}, {"host": None}, [], id="no-host"),
        pytest.param(["ask ada@lab.org"], ["ask <email>"], ["[0]"], id="e-mail"),
        pytest.param({"e": "in /home/ada/x.py"}, {"e": "in <path>"}, ["e"], id="home-path"),
        pytest.param({"/home/ada/x": 1}, {"<path>": 1}, [], id="path-as-key"),
        pytest.param({"p": "output/metrics.json", "n": 3}, {"p": "output/metrics.json", "n": 3}, [], id="relative"),
        pytest.param("https://lab.org/a/b", "https://lab.org/a/b", [], id="web-address"),
    ],
)
def test_redacted_value_and_its_place(value: Any, expected: Any, places: list[str]) -> None:
    redacted = redacted_json(value)
    assert redacted.value == expected
    assert list(redacted.replaced) == places
