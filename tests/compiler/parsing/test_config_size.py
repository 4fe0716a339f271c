"""A config file that is too large is refused before anything parses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from compiler.base.paths import Lab
from compiler.parsing.located_yaml import MAX_BYTES
from tests.compiler.small_lab import FILES
from tests.labs import mistakes_of, spec

NewLab = Callable[[Mapping[str, str | bytes]], Lab]


@pytest.mark.parametrize(("missing", "is_refused"), [(0, False), (-1, True)], ids=["at the limit", "above it"])
def test_a_config_above_the_limit_is_refused(missing: int, is_refused: bool, lab: NewLab) -> None:
    start = spec("experiment: {hypothesis: H.}\n#")
    text = start + "x" * (MAX_BYTES - missing - len(start))
    mistakes = mistakes_of(lab(FILES | {"long": text}), "long")
    expected = "conf/experiment/long.yaml:1:1: has 1.0 MB, and a config may have at most 1 MB (move data and long texts"
    assert bool(mistakes) == is_refused
    assert all(line.startswith(expected) for line in mistakes)
