"""Subjects are written and parsed in one form, alone and inside fact ids."""

from __future__ import annotations

import pytest

from agents.facts.subject import (
    EXPERIMENT,
    FactId,
    Subject,
    arm_subject,
    contrast_subject,
    is_failure,
    parent_subject,
    parse_fact_id,
    parse_subject,
    run_subject,
)

ARM = arm_subject({"model.lr": 0.01})
PARENT = parent_subject("older")


@pytest.mark.parametrize(
    "subject",
    [
        EXPERIMENT,
        ARM,
        PARENT,
        ARM.of(PARENT),
        run_subject("model.lr=0.01,seed=3").of(PARENT),
        arm_subject({"model.layers": [[1, 2], [3]]}),
        arm_subject({}),
        contrast_subject("model.lr", "0.1", "0.01"),
        Subject("arm", "model.act=a]b"),
    ],
    ids=str,
)
def test_parsing_reverses_writing(subject: Subject) -> None:
    assert parse_subject(str(subject)) == subject


@pytest.mark.parametrize(
    ("fact_id", "parsed"),
    [
        ("test.alpha", FactId("", None, "test.alpha")),
        ("run[model.lr=0.01,seed=3].accuracy", FactId("", Subject("run", "model.lr=0.01,seed=3"), "accuracy")),
        ("arm[model.lr=0.01].accuracy.mean", FactId("", ARM, "accuracy.mean")),
        ("arm[model.lr=0.01]", FactId("", ARM, "")),
        ("parent[older].arm[model.lr=0.01].n", FactId("", ARM.of(PARENT), "n")),
        ("performance.run[seed=1].eval_loss.last", FactId("performance", Subject("run", "seed=1"), "eval_loss.last")),
        ("baseline[knn].arm[model.lr=0.01].p", FactId("", ARM.of(Subject("baseline", "knn")), "p")),
        ("baseline.parent[older].arm[model.lr=0.01].p", FactId("baseline", ARM.of(PARENT), "p")),
        ("run[seed=1].top[1]", FactId("", Subject("run", "seed=1"), "top[1]")),
        ("version.data[data/x.npz]", FactId("version", Subject("data", "data/x.npz"), "")),
        ("arm[model.act=a]b].n", FactId("", Subject("arm", "model.act=a]b"), "n")),
    ],
)
def test_fact_id_is_prefix_subject_and_name(fact_id: str, parsed: FactId) -> None:
    assert parse_fact_id(fact_id) == parsed


def test_only_ids_with_a_subject_of_this_experiment_have_a_kind() -> None:
    assert parse_fact_id("arm[lr=1].n").kind == "arm"
    assert parse_fact_id("parent[older].arm[lr=1].n").kind == ""
    assert parse_fact_id("performance.arm[lr=1].n").kind == ""
    assert parse_fact_id("test.alpha").kind == ""


def test_settings_of_a_contrast_are_treatment_and_control() -> None:
    assert contrast_subject("lr", "0.1", "0.01").settings == ("lr=0.1", "lr=0.01")
    assert run_subject("lr=0.1,seed=3").settings == ("lr=0.1", "seed=3")
    assert EXPERIMENT.settings == ()


def test_joined_subject_is_parsed_if_only_one_is_specific() -> None:
    assert parse_subject("experiment|arm[model.lr=0.01]") == ARM
    assert parse_subject("arm[lr=1]|arm[lr=2]") != Subject("arm", "lr=1")


@pytest.mark.parametrize(
    ("fact_id", "expected"),
    [("run[seed=1].failure", True), ("run[seed=1].id", False), ("arm[lr=1].failure", False), ("failure", False)],
)
def test_failure_facts_are_recognised(fact_id: str, expected: bool) -> None:
    assert is_failure(fact_id) is expected
