"""Integers that Python refuses to construct are reported with their line."""

from __future__ import annotations

import pytest

from compiler.base.diagnostics import CompileError
from compiler.parsing.strict_yaml import strict_root


@pytest.mark.parametrize("value", ["9" * 5000, "0x_", "-0b_", "[1, 0x_]"], ids=lambda value: value[:8])
def test_integer_that_cannot_be_read_is_reported(value: str) -> None:
    with pytest.raises(CompileError, match=r"a\.yaml:2:.* is not a whole number of at most 100 digits"):
        strict_root(f"# first\nseed: {value}\n", "a.yaml")


@pytest.mark.parametrize("value", ["7", "-1_000", "0x1F", "0_", "9" * 100, "'0x_'"], ids=lambda value: value[:8])
def test_other_integers_and_quoted_texts_are_read(value: str) -> None:
    assert strict_root(f"seed: {value}\n", "a.yaml") is not None
