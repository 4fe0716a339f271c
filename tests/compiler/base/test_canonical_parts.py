"""The run id of a config does not depend on the configs before it, although equal parts are written once."""

from __future__ import annotations

from collections import UserDict
from typing import Any

import pytest

from compiler.base.canonical_json.parts import CanonicalParts
from compiler.base.identity import NotCanonical, canonical, digest, identifying_config, run_id

VALUES: list[Any] = [
    *(1, 1.0, True, "1", "true", None, 0, -0.0, 0.1, 1e-7, 2**60, float("nan")),
    *([1], [1.0], [True], (1,), [[1], {}], {}, []),
    *({"a": 1}, {"a": 1.0}, {"a": True}, {1: "a"}, {"1": "a"}, {True: "a"}, {None: 1}, {"$int": "1"}),
    *({"b": 1, "a": 2}, {"a": 2, "b": 1}, {"é": 1}, {"\U0001f600": 1, "\uffff": 2}, UserDict(a=1)),
]


def test_parts_give_the_canonical_json_of_every_value() -> None:
    parts = CanonicalParts(canonical)
    for _ in range(2):  # the second time from the parts
        for value in VALUES:
            assert parts.of_mapping({"z": value, "a": 1}) == canonical({"z": value, "a": 1})


@pytest.mark.parametrize("key", ["$int", "é", "\U0001f600", 1, True, None], ids=repr)
def test_special_keys_are_written_as_in_a_single_value(key: Any) -> None:
    mapping = {"a": 1, key: 2, "\uffff": 3}
    assert CanonicalParts(canonical).of_mapping(mapping) == canonical(mapping)


def test_value_that_is_not_canonical_is_refused() -> None:
    with pytest.raises(NotCanonical, match="is a set"):
        CanonicalParts(canonical).of_mapping({"a": {1, 2}})


def test_run_id_is_the_digest_of_the_identifying_config_and_the_data() -> None:
    for value in VALUES:
        config = {"model": {"lr": value}, "seed": 1, "trainer": {"devices": 1, "max_epochs": value}}
        data = {"data/b.csv": "1", "data/a.csv": "2"}
        assert run_id(config, data) == digest({"config": identifying_config(config), "data": data})
