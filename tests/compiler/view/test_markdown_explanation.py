"""What would run, as Markdown in which no text of a spec can be a link, a mention, HTML or another cell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from compiler.plan.genealogy_entry import GenealogyEntry
from compiler.view.explain import Explanation
from compiler.view.markdown_explanation import MAX_CHARACTERS, markdown
from tests.plans import planned_experiment


def explanation(hypothesis: str = "More is more.") -> Explanation:
    experiment = planned_experiment("study", {"a": {"lr": 1}, "b": {"lr": 2}})
    experiment = replace(experiment, design=replace(experiment.design, hypothesis=hypothesis))
    genealogy = GenealogyEntry("study", None, None, (), "", hypothesis)
    return Explanation(experiment, genealogy, (), ("a", "b"), (), 0)


def test_runs_to_train_and_diagnostics_are_listed() -> None:
    text = markdown([explanation()], ["conf/x.yaml:1:1: wrong"])
    assert text.startswith("### Proband: 2 runs to train\n")
    assert "- `conf/x.yaml:1:1: wrong`\n" in text
    assert "| `study` | `More is more.` | 2 | 2 | unknown |" in text


@pytest.mark.parametrize(
    "text",
    [
        "@everyone <img src=x> [a](http://b)",
        "a | b | c",
        "`x` ``y``",
        "`",
        "line\nbreak\n| x |",
        "\x1b[2J",
        "",
        "``` a",
    ],
)
def test_text_of_a_spec_stays_inside_its_cell(text: str) -> None:
    rendered = MarkdownIt("commonmark").enable("table").render(markdown([explanation(text)], [text]))
    assert rendered.count("<td>") == 6
    assert "<img" not in rendered
    assert "<a " not in rendered
    assert "\x1b" not in rendered
    assert "@everyone" not in rendered or "<code>@everyone" in rendered


def test_long_text_is_cut_to_the_length_of_a_comment() -> None:
    text = markdown([explanation("x" * 400) for _ in range(500)], [])
    assert len(text) <= MAX_CHARACTERS
    assert text.endswith("`proband explain` shows all)\n")
