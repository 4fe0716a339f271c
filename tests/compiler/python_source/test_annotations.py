"""YAML values are checked against type annotations. Annotations that cannot be read from source accept every value."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.python_source.annotations import accepts

# annotation: accepted values, rejected values
TABLE: dict[str, tuple[list[Any], list[Any]]] = {
    "int": ([1, -3, 0], [True, 1.0, "1", None, [1], {}]),
    "float": ([1.0, 1, -0.5], [True, "0.1", None, [0.1]]),
    "bool": ([True, False], [0, 1, "true", None]),
    "str": (["", "a"], [1, True, None, ["a"]]),
    "None": ([None], [0, False, ""]),
    "int | None": ([1, None], ["a", 1.5, True]),
    "int | float | str": ([1, 0.5, "a"], [True, None, []]),
    "Optional[int]": ([1, None], ["many", 1.5]),
    "typing.Optional[float]": ([1, 0.5, None], ["a", True]),
    "Union[int, str]": ([1, "a"], [1.5, None, []]),
    "Union[int, float, None]": ([1, 1.5, None], ["a"]),
    "Literal['a', 'b']": (["a", "b"], ["c", 1, None]),
    "Literal[1, None]": ([1, None], [2, "1"]),
    "list": ([[], [1]], ["a", 1, {}, None]),
    "list[int]": ([[], [1, 2]], [["a"], [1.5], 3, None]),
    "List[str]": ([["a"]], [[1], "a"]),
    "tuple[int, str]": ([[1, "a"], [2]], ["a", 3]),
    "Sequence[str]": ([["a"], "a"], [1, {}]),
    "collections.abc.Sequence[int]": ([[1]], [["a"], 3]),
    "Iterable": ([[], "a"], [1, None]),
    "set[int]": ([[1]], [["a"]]),
    "dict": ([{}, {"a": 1}], [[], "a", None]),
    "dict[str, int]": ([{}, {"a": 1}], [[1], 3]),
    "Mapping[str, float]": ([{"a": 1}], [[], 3]),
    "Annotated[int, Field(gt=0)]": ([1], ["a"]),
    "'int'": ([1], ["a"]),
    "'Optional[int]'": ([1, None], ["a"]),
    "Optional['int']": ([1, None], ["a"]),
    "list[list[float]]": ([[[0.1], []]], [[0.1], [["a"]]]),
    "Any": ([1, "a", None, [], {}], []),
    "object": ([1, "a", None], []),
    "Path": (["a", 1], []),
    "Tensor": ([1, "a"], []),
    "torch.nn.Module": ([1, None], []),
    "Callable[[int], str]": ([1, "a"], []),
    "type[int]": ([1, "a"], []),
    "LRScheduler | None": ([1, None], []),
    "T": ([1, "a", None], []),
}
CASES = [
    (annotation, value, expected)
    for annotation, (accepted, rejected) in TABLE.items()
    for expected, values in ((True, accepted), (False, rejected))
    for value in values
]


@pytest.mark.parametrize(("annotation", "value", "expected"), CASES)
def test_values_are_accepted_by_their_type(annotation: str, value: Any, expected: bool) -> None:
    assert accepts(ast.parse(annotation, mode="eval").body, value) is expected


@pytest.mark.parametrize("annotation", TABLE)
def test_a_nested_target_is_always_accepted(annotation: str) -> None:
    assert accepts(ast.parse(annotation, mode="eval").body, {"_target_": "torch.nn.Linear"})


@pytest.mark.parametrize(
    "text", ["'int |'", "'list['", "''", "'a b'", "lambda: 3", "f(x)", "x[1:2]", "3", "...", "[int]"]
)
def test_an_annotation_that_cannot_be_read_accepts_everything(text: str) -> None:
    assert accepts(ast.parse(text, mode="eval").body, object())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
annotations = st.recursive(
    st.sampled_from(["int", "float", "bool", "str", "None", "list", "dict", "Any", "Path"]),
    lambda inner: (
        st.builds("{} | {}".format, inner, inner)
        | st.builds("Optional[{}]".format, inner)
        | st.builds("list[{}]".format, inner)
        | st.builds("dict[str, {}]".format, inner)
    ),
    max_leaves=4,
)


@given(annotations, annotations, values)
def test_a_union_accepts_what_either_side_accepts(left: str, right: str, value: Any) -> None:
    parsed = {text: ast.parse(text, mode="eval").body for text in (left, right)}
    either = accepts(parsed[left], value) or accepts(parsed[right], value)
    assert accepts(ast.parse(f"Union[{left}, {right}]", mode="eval").body, value) is either
    assert accepts(ast.parse(f"{left} | {right}", mode="eval").body, value) is either
