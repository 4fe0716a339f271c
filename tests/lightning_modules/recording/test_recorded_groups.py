"""Labels of the test items are read from a data module, and invalid ones are reported without losing the run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from lightning_modules.recording.group_columns import FILE, NoGroups, group_columns, write_groups


def labels(values: Any) -> list[str]:
    return list(group_columns(SimpleNamespace(test_groups={"age": values}), 3)["age"])


VALID: dict[str, tuple[Any, list[str]]] = {
    "texts": (["a", " b ", "ü"], ["a", "b", "ü"]),
    "whole numbers": ((3, 10, 3), ["3", "10", "3"]),
    "floats that are whole, as pandas reads them": ([3.0, float("nan"), 1.0], ["3", "", "1"]),
    "booleans": ([True, False, True], ["True", "False", "True"]),
    "missing values": ([None, "", "  "], ["", "", ""]),
    "an array": (np.array(["a", "b", "b"]), ["a", "b", "b"]),
    "an array of booleans": (np.array([True, False, True]), ["True", "False", "True"]),
    "a tensor": (torch.tensor([1, 2, 2]), ["1", "2", "2"]),
}


@pytest.mark.parametrize(("values", "expected"), VALID.values(), ids=VALID)
def test_labels_are_texts(values: Any, expected: list[str]) -> None:
    assert labels(values) == expected


INVALID: dict[str, tuple[Any, str]] = {
    "too few": (["a"], "column 'age' has 1 values, and the test has 3 items"),
    "a text": ("abc", "column 'age' is str, not a sequence of values"),
    "a generator": ((name for name in "abc"), "column 'age' is generator"),
    "measurements": ([0.5, 1.5, 2.5], "has the value 0.5: use texts, whole numbers or booleans"),
    "infinity": ([float("inf"), 1.0, 2.0], "has the value inf"),
    "two lines": (["a\nb", "c", "d"], "use one line of at most 100 characters"),
    "an escape": (["a\x1b[31m", "c", "d"], "use one line of at most 100 characters"),
    "a long text": (["x" * 101, "c", "d"], "use one line of at most 100 characters"),
    "a list": ([["a"], ["b"], ["c"]], "has the value ['a']"),
}


@pytest.mark.parametrize(("values", "message"), INVALID.values(), ids=INVALID)
def test_invalid_labels_are_rejected(values: Any, message: str) -> None:
    with pytest.raises(NoGroups, match="column 'age'") as rejected:
        labels(values)
    assert message in str(rejected.value)


@pytest.mark.parametrize("columns", [{"../x": ["a"] * 3}, {3: ["a"] * 3}, {"file name": ["a"] * 3}, ["a"]])
def test_invalid_columns_are_rejected(columns: Any) -> None:
    with pytest.raises(NoGroups):
        group_columns(SimpleNamespace(test_groups=lambda: columns), 3)


def test_a_data_module_without_groups_writes_nothing(tmp_path: Path) -> None:
    assert write_groups(SimpleNamespace(), 3, tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_an_exception_of_the_method_is_reported_and_not_raised(tmp_path: Path) -> None:
    def broken() -> None:
        raise KeyError("age")

    reasons = write_groups(SimpleNamespace(test_groups=broken), 3, tmp_path)
    assert reasons == {"SimpleNamespace.test_groups": "KeyError: 'age'"}
    assert list(tmp_path.iterdir()) == []


def test_equal_labels_give_equal_bytes_without_pickled_objects(tmp_path: Path) -> None:
    data = SimpleNamespace(test_groups=lambda: {"writer": ["a", None, "b"], "age": [1, 2, 2]})
    contents = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        assert write_groups(data, 3, tmp_path / name) == {}
        contents.append((tmp_path / name / FILE).read_bytes())
    assert contents[0] == contents[1]
    with np.load(tmp_path / "first" / FILE, allow_pickle=False) as arrays:
        assert {name: arrays[name].tolist() for name in arrays.files} == {
            "writer": ["a", "", "b"],
            "age": ["1", "2", "2"],
        }
