"""Words of a command line become a job. Values arrive as written, and numbers are numbers."""

from __future__ import annotations

import json

import pytest

from compiler.base.diagnostics import CompileError, Diagnostic
from lab.intake.command_job import NAME, at_words, job_of_words

JOBS: dict[str, tuple[str, object]] = {
    "field": ('hypothesis=a=b, c // d "e" # f', {"hypothesis": 'a=b, c // d "e" # f'}),
    "number in a field": ("name=12", {"name": "12"}),
    "key of the config": ("learning_rate=1e-3", {"config": {"learning_rate": 0.001}}),
    "key with the config": ("config.epochs=2", {"config": {"epochs": 2}}),
    "text": ("model_name=gpt2-medium", {"config": {"model_name": "gpt2-medium"}}),
    "text that is almost a number": ("tag=1e-3x", {"config": {"tag": "1e-3x"}}),
    "text with a colon": ("note=a: b", {"config": {"note": "a: b"}}),
    "truth value": ("shuffle=true", {"config": {"shuffle": True}}),
    "empty text": ("note=", {"config": {"note": ""}}),
    "list": ("layers=[1, 2]", {"config": {"layers": [1, 2]}}),
    "deliverables": ("deliverables=[{type: config}]", {"deliverables": [{"type": "config"}]}),
    "analyses": ("analysis_pipeline=a,b", {"analysis_pipeline": ["a", "b"]}),
    "priority": ("metadata.priority=high", {"metadata": {"priority": "high"}}),
    "tags": ("metadata.tags=1,no", {"metadata": {"tags": ["1", "no"]}}),
    "flag": ("exploratory=true", {"exploratory": True}),
    "very long number": ("n=" + "1" * 5000, {"config": {"n": "1" * 5000}}),
}


@pytest.mark.parametrize(("word", "job"), JOBS.values(), ids=JOBS)
def test_word_sets_a_field_or_a_key_of_the_config(word: str, job: object) -> None:
    assert json.loads(job_of_words([word])) == job


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["key"], "--create-job:1:1: must be KEY=VALUE, got 'key'"),
        (["a=1", "=x"], "--create-job:2:1: must be KEY=VALUE, got '=x'"),
        (["a=1", "config.a=2"], "--create-job:2:1: 'config.a' is given twice"),
        (["deliverables=[{"], "--create-job:1:1: deliverables: "),
    ],
    ids=["no value", "no key", "repeated key", "unfinished list"],
)
def test_wrong_word_is_named(words: list[str], message: str) -> None:
    with pytest.raises(CompileError) as error:
        job_of_words(words)
    assert message in str(error.value)


def test_diagnostic_of_the_job_has_the_number_of_the_word() -> None:
    in_job = [Diagnostic(NAME, 9, 9, "config.lr", "a"), Diagnostic(NAME, 9, 9, "deliverables[0].b", "c")]
    in_file = Diagnostic("conf/import.yaml", 2, 3, "rows.lr", "d")
    located = at_words(CompileError([*in_job, in_file]), ["name=n", "deliverables=[]", "lr=1"])
    assert sorted(map(str, located)) == [
        "--create-job:2:1: deliverables[0].b: c",
        "--create-job:3:1: config.lr: a",
        "conf/import.yaml:2:3: rows.lr: d",
    ]
