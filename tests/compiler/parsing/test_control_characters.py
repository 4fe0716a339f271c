"""Characters that a terminal obeys are refused in every text of a spec, at its file, line and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from compiler.base.paths import Lab
from compiler.parsing.control_characters import control_character_problems
from tests.compiler.small_lab import FILES
from tests.labs import mistakes_of, spec

NewLab = Callable[[Mapping[str, str | bytes]], Lab]
REFUSED = {
    "escape": "\x1b[2J",
    "bell": "a\a",
    "return": "a\rok: supported",
    "csi": "\x9b31m",
    "next line": "a\x85b",
    "line separator": "a\u2028b",
    "override": "a\u202eb",
    "isolate": "a\u2066b",
    "delete": "a\x7f",
}
PLACES = {
    "hypothesis": ('experiment: {{hypothesis: "{0}"}}', "2:14: experiment.hypothesis: contains"),
    "name": ('experiment: {{hypothesis: H., name: "{0}"}}', "2:30: experiment.name: contains"),
    "tag": (
        'experiment: {{hypothesis: H., metadata: {{tags: ["{0}"]}}}}',
        "2:48: experiment.metadata.tags[0]: contains",
    ),
    "level": (
        'experiment: {{hypothesis: H., sweep: {{+note: ["{0}", b]}}}}',
        "2:46: experiment.sweep.+note[0]: contains",
    ),
    "key": ('experiment: {{hypothesis: H.}}\nmodel: {{"a{0}": 1}}', "3:1: model: has a key with"),
    "config": ('experiment: {{hypothesis: H.}}\nmodel: {{note: "{0}"}}', "3:9: model.note: contains"),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_each_character_is_refused(text: str) -> None:
    (problem,) = control_character_problems({"a": ["b", text]})
    assert problem.path == ("a", 1)


@pytest.mark.parametrize("text", ["a\tb\nc", "é \u200f 日本", "x\u00a0y", "50% \\ $x"])
def test_other_texts_are_accepted(text: str) -> None:
    assert not list(control_character_problems({text: text}))


@pytest.mark.parametrize(("text", "expected"), PLACES.values(), ids=PLACES)
def test_the_place_in_the_spec_is_named(text: str, expected: str, lab: NewLab) -> None:
    mistakes = mistakes_of(lab(FILES | {"evil": spec(text.format(r"\e[2J"))}), "evil")
    assert any(
        line.startswith(f"conf/experiment/evil.yaml:{expected} the control character U+001B") for line in mistakes
    ), mistakes
    assert all(line.isprintable() for line in mistakes)
