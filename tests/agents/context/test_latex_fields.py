"""Fields of BibTeX entries are decoded as by bibtexparser, also those that are not given to its decoder."""

from __future__ import annotations

import pytest
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

from agents.context.latex_fields import DecodedFields

ALL_DECODED = LatexDecodingMiddleware()
SKIPS_PLAIN_TEXT = DecodedFields()


@given(st.text(alphabet=[*map(chr, range(32, 127)), "\n", "é", "–"], max_size=8))
def test_a_field_is_decoded_as_by_bibtexparser(text: str) -> None:
    assert SKIPS_PLAIN_TEXT._transform_python_value_string(text) == ALL_DECODED._transform_python_value_string(text)


@pytest.mark.parametrize(
    ("text", "decoded"),
    [(r"Erd\H{o}s", "Erdős"), (r"1\,\%", "1 %"), ("pages 1--9", "pages 1–9"), ("a model's loss", "a model's loss")],
    ids=["accent", "macro", "dash", "plain"],
)
def test_latex_is_decoded(text: str, decoded: str) -> None:
    assert SKIPS_PLAIN_TEXT._transform_python_value_string(text)[0] == decoded
