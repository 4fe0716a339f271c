"""Conversion of template texts to inlines, column widths, and short names of points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.documents.placeholders import Placeholder
from agents.rendering.column_widths import column_widths
from agents.rendering.inlines import inlines
from agents.rendering.pandoc_ast import Inlines, plain_text, words
from agents.rendering.provenance_appendix import compact_points


def placeholder_kind_and_name(placeholder: Placeholder, begins_sentence: bool) -> Inlines:
    return words(f"<{placeholder.kind}:{placeholder.name}{':begins' if begins_sentence else ''}>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain  and\nwrapped", "plain and wrapped"),
        ("{{f:run[a_b,seed=0].x_y}} and {{f:c_d}}", "<f:run[a_b,seed=0].x_y:begins> and <f:c_d>"),
        ("*a {{f:x}}* b", "a <f:x> b"),
        ("`{{f:x}}.json`", "<f:x>.json"),
        ("Done. {{cite:k}} says", "Done. <cite:k:begins> says"),
        ("*On it.* {{cite:k}} says", "On it. <cite:k:begins> says"),
        ("as {{cite:k}} says", "as <cite:k> says"),
        ("[x](y) <b> ![i](j) $m$ # h", "[x](y) <b> ![i](j) $m$ # h"),
        ("an open * star and ` tick", "an open * star and ` tick"),
    ],
    ids=[
        "space",
        "underscores",
        "emphasis",
        "code",
        "sentence start",
        "sentence start after emphasis",
        "within a sentence",
        "markup",
        "unclosed",
    ],
)
def test_placeholders_and_emphasis_are_converted_and_other_markup_is_text(text: str, expected: str) -> None:
    assert plain_text(inlines(text, placeholder_kind_and_name)) == expected


def test_emphasis_strong_and_code_become_elements() -> None:
    kinds = [element["t"] for element in inlines("*a* **b** `c`", placeholder_kind_and_name) if element["t"] != "Space"]
    assert kinds == ["Emph", "Strong", "Code"]


@given(st.text(alphabet="*_`{}:f[]. a\ue000\n", max_size=40))
def test_any_text_can_be_converted(text: str) -> None:
    inlines(text, placeholder_kind_and_name)


@given(
    st.lists(st.lists(st.text(alphabet="ab ", min_size=1, max_size=90), min_size=3, max_size=3), min_size=1, max_size=4)
)
def test_column_widths_are_positive_fractions_of_the_page(rows: list[list[str]]) -> None:
    widths = column_widths([[words(cell) for cell in row] for row in rows])
    if widths is not None:
        assert sum(widths) == pytest.approx(1, abs=0.01)
        assert min(widths) > 0


def test_a_narrow_table_has_no_column_widths() -> None:
    assert column_widths([[words("a"), words("b")]]) is None


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (("lr=1,seed=0", "lr=1,seed=1", "lr=2,seed=0"), "lr=1,seed=0,1; lr=2,seed=0"),
        (("base",), "base"),
        ((), ""),
    ],
    ids=["sweep", "single point", "no points"],
)
def test_points_that_differ_in_the_last_value_are_joined(points: tuple[str, ...], expected: str) -> None:
    assert compact_points(points) == expected
