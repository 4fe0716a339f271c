"""Overrides of a build are split as a shell splits words, without reading the quotes that belong to Hydra."""

from __future__ import annotations

import pytest

from rules.build.override_words import override_words

WORDS: dict[str, tuple[object, list[str]]] = {
    "no value": (None, []),
    "empty": ("", []),
    "blank": ("  ", []),
    "several": ("seed=1  tracking=disabled", ["seed=1", "tracking=disabled"]),
    "quoted value with a blank": ("+note='a b' seed=1", ["+note='a b'", "seed=1"]),
    "double quotes": ('+note="a b"', ['+note="a b"']),
    "quotes around an override": ("'+note=a b' \"seed=1\"", ["+note=a b", "seed=1"]),
    "number that is text": ("+note='3'", ["+note='3'"]),
    "list with a blank": ("+tags=[a, b] seed=1", ["+tags=[a, b]", "seed=1"]),
    "mapping with blanks": ("+size={w: 1, h: [2, 3]}", ["+size={w: 1, h: [2, 3]}"]),
    "quote at the end, which Snakemake removes": ("seed=1 +note='a b", ["seed=1", "+note='a b'"]),
    "bracket in quotes": ("+note='a [' seed=1", ["+note='a ['", "seed=1"]),
    "escaped quote": (r"+note='it\'s so' seed=1", [r"+note='it\'s so'", "seed=1"]),
    "escaped blank": (r"+note=a\ b seed=1", [r"+note=a\ b", "seed=1"]),
    "interpolation": ("+out=${model.name} seed=1", ["+out=${model.name}", "seed=1"]),
    "list of texts": (["+note=a b", "seed=1"], ["+note=a b", "seed=1"]),
}


@pytest.mark.parametrize(("value", "expected"), WORDS.values(), ids=WORDS)
def test_overrides_are_split_at_blanks_outside_quotes_and_brackets(value: object, expected: list[str]) -> None:
    assert override_words(value) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [({"seed": 1}, "must be text"), (5, "must be text")],
)
def test_other_values_are_rejected(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        override_words(value)
    assert message in str(error.value)
