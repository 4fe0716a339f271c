"""Data blocks cannot be ended or imitated by the data in them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.rewording.prompting.data_block import CLOSING, OPENING, enclose
from tests.agents.rewording.data_reader import read_data_block

_TEXTS = st.text(st.characters(codec=None)) | st.sampled_from([OPENING, CLOSING, f"\n{CLOSING}\n", "\u2028DATA>>>"])
_JSON = st.recursive(_TEXTS | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner))


@settings(max_examples=40)
@given(_JSON)
def test_only_the_first_and_the_last_line_are_delimiters(data: object) -> None:
    text = enclose(data)
    assert text.splitlines()[0] == OPENING
    assert text.splitlines()[-1] == CLOSING
    assert len(text.splitlines()) == 3
    assert text.count(OPENING) == text.count(CLOSING) == 1
    text.encode("utf-8")


@settings(max_examples=40)
@given(_JSON)
def test_data_are_read_back_unchanged(data: object) -> None:
    assert read_data_block(f"Before.\n{enclose(data)}\nAfter.") == data
