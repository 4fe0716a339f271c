"""Keys of the trainer that make a run a trial are rejected where the run would be evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.labs import mistakes_of, spec, write_lab

SPEC = spec("""
    experiment:
      hypothesis: More is more.
      sweep: {model.lr: "0.1,0.2", seed: range(2)}
      compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}
""")
NO_TEST = SPEC.replace("  compare:", "  # compare:")


def mistakes(tmp_path: Path, text: str, overrides: tuple[str, ...] = ()) -> list[str]:
    return mistakes_of(write_lab(tmp_path, {"mine": text}), "mine", overrides)


@pytest.mark.parametrize("line", ["fast_dev_run: true", "fast_dev_run: 1", "barebones: true"])
@pytest.mark.parametrize("text", [SPEC, NO_TEST], ids=["test", "no test"])
def test_trial_of_a_few_batches_is_never_a_run(tmp_path: Path, text: str, line: str) -> None:
    (problem,) = mistakes(tmp_path, f"{text}trainer: {{{line}}}\n")
    assert "would make this run a trial, which is no result" in problem
    assert "proband try EXPERIMENT" in problem


def test_trial_by_an_override_is_no_run(tmp_path: Path) -> None:
    (problem,) = mistakes(tmp_path, SPEC, ("+trainer.fast_dev_run=true",))
    assert problem.startswith("overrides:1:1: trainer.fast_dev_run: would make this run a trial")


@pytest.mark.parametrize(
    "line",
    [
        "limit_train_batches: 2",
        "limit_val_batches: 0.5",
        "limit_test_batches: 1",
        "limit_test_batches: 0",
        "overfit_batches: 1",
    ],
)
def test_compared_runs_have_all_batches(tmp_path: Path, line: str) -> None:
    (problem,) = mistakes(tmp_path, f"{SPEC}trainer: {{{line}}}\n")
    assert "the compared runs are trials, which are no evidence" in problem
    assert problem.startswith("conf/experiment/mine.yaml:6:11: trainer.")


@pytest.mark.parametrize("line", ["limit_train_batches: 1.0", "overfit_batches: 0", "limit_test_batches: null"])
def test_all_batches_are_evidence(tmp_path: Path, line: str) -> None:
    assert mistakes(tmp_path, f"{SPEC}trainer: {{{line}}}\n") == []


def test_limits_without_a_test_are_no_mistake(tmp_path: Path) -> None:
    assert mistakes(tmp_path, NO_TEST + "trainer: {limit_test_batches: 2}\n") == []


def test_swept_limit_is_a_mistake_unless_it_is_the_factor(tmp_path: Path) -> None:
    swept = SPEC.replace("seed: range(2)", "+trainer.limit_train_batches: '0.5,1.0', seed: range(2)")
    assert any("trainer.limit_train_batches: with 0.5 batches" in line for line in mistakes(tmp_path, swept))
    factor = swept.replace("factor: model.lr, control: 0.1", "factor: trainer.limit_train_batches, control: 0.5")
    assert mistakes(tmp_path, factor) == []
