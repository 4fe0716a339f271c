"""The answer of a sample names finished runs that were changed, also those that were not trained again."""

from __future__ import annotations

from rich.console import Console

from compiler.reproduction.reproduction import Difference
from lab.reproduction.answer import Answer
from lab.reproduction.selection import Selection
from tests.compiler.reproduction.made_reproductions import reproduction

TRAINED, OTHER = "a" * 12, "b" * 12
SAMPLE = Selection("study", (TRAINED,), (TRAINED, OTHER), 2, is_experiment=True)
CHANGE = Difference("record", "output/metrics.json: was changed after the training")


def text_of(answer: Answer) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(answer.to_text())
    return capture.get()


def test_sample_of_unchanged_runs_is_identical() -> None:
    answer = Answer([SAMPLE], {TRAINED: reproduction(TRAINED)}, {TRAINED: "x.json"})
    assert answer.is_reproduced
    assert "study: identical (1 of 1 run reproduced; a sample of 2 finished runs)" in text_of(answer)


def test_changed_run_outside_the_sample_makes_the_result_different() -> None:
    answer = Answer([SAMPLE], {TRAINED: reproduction(TRAINED)}, {TRAINED: "x.json"}, changed={OTHER: [CHANGE]})
    assert not answer.is_reproduced
    text = text_of(answer)
    assert f"run {OTHER}: not in the sample, {CHANGE}" in text
    assert (
        f"study: different (1 of 1 run reproduced; a sample of 2 finished runs; changed after the training: {OTHER})"
        in text
    )
    [selection] = answer.to_json()["selections"]
    assert (selection["result"], selection["changed"]) == ("different", [OTHER])
