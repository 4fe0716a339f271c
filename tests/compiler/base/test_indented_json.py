"""Files have exactly the text that Python's own encoder writes."""

from __future__ import annotations

import json
from collections import OrderedDict
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from compiler.base.canonical_json.indented import indented_json


class Name(StrEnum):
    FIRST = "first"


class Number(IntEnum):
    TWO = 2


VALUES: list[Any] = [
    *(None, True, False, 0, -1, 2**70, 0.0, -0.0, 1.0, 1e-7, 1e22, 0.1, 5e-324),
    *("", "é", "\U0001f600", "\x00\x1f\x7f\u2028", '"\\\b\f\n\r\t/'),
    *({}, [], (), [[]], [{}], {"a": {}}, {"a": []}, [1, [2, (3, {"b": None})]]),
    *({"b": 1, "a": [True, {"é": "ü", "\U0001f600": 1, "\uffff": 2}]}, {"": ""}, {1: 2, 0: 1}, {True: 1}, {None: 1}),
    *(OrderedDict(b=1, a=2), {"a": OrderedDict(b=1, a=2)}, Name.FIRST, Number.TWO, {Name.FIRST: Number.TWO}, [1.5] * 3),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_text_is_that_of_the_standard_library(value: Any) -> None:
    expected = json.dumps(value, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False)
    assert indented_json(value) == expected
    assert indented_json({"outer": [value]}) == json.dumps(
        {"outer": [value]}, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")], ids=repr)
def test_number_that_is_not_finite_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        indented_json({"a": [number]})


@pytest.mark.parametrize(
    "value", [{1, 2}, object(), {"a": {1: 2, "b": 3}}, {(1, 2): 3}], ids=["set", "object", "mixed keys", "tuple as key"]
)
def test_value_that_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        indented_json([value])


def test_value_that_contains_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises((ValueError, RecursionError)):
        indented_json(value)
