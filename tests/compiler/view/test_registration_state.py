"""Before a build, the number of known runs is stated, and what it means for the test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.plan.design import Design, StudySize
from compiler.registration.chain import readable_chain
from compiler.registration.times import RunTimes
from compiler.view.registration_state import registration_state
from tests.compiler.registration.chains import at, finish, register
from tests.plans import TEST, planned_experiment

SETTINGS = {f"{level}{seed}": {"lr": lr, "seed": seed} for level, lr in (("a", 1), ("b", 2)) for seed in range(3)}
THIRD_ARM = {f"c{seed}": {"lr": 3, "seed": seed} for seed in range(3)}
RUNS = " ".join(SETTINGS)


def line(lab: Lab, finished: str, has_test: bool = True, treatment: int | None = None, third: bool = False) -> str:
    """Return the line for an experiment whose runs in `finished` finished in the first minute."""
    test = TEST if has_test else None
    if test and treatment is not None:
        test = replace(test, treatment=treatment)
    settings = SETTINGS | (THIRD_ARM if third else {})
    design = Design("H.", "", test, {}, StudySize(len(settings), len(settings), {}))
    experiment = planned_experiment("lr", settings, design=design, claim="A")
    times = {run: RunTimes(at(1), at(2)) for run in finished.split()}
    return registration_state(lab, readable_chain(lab.registrations), experiment, times, {}).line


LINES = {
    "none": ("", {}, ""),
    "one": ("a0", {}, "1 of 6 runs is known already: the test will rest on 5"),
    "some": ("a0 b1", {}, "2 of 6 runs are known already: the test will rest on 4"),
    "all": (RUNS, {}, "6 of 6 runs are known already: the test has no new runs (compare.fresh_seeds: true chooses new seeds)"),
    "one of the compared arms": (
        "a0",
        {"treatment": 2, "third": True},
        "1 of 9 runs is known already: the test will rest on 8, 5 of 6 in the compared arms",
    ),
    "one of another arm": (
        "c0",
        {"treatment": 2, "third": True},
        "1 of 9 runs is known already, in arms that the test does not compare",
    ),
    "without a test": ("a0", {"has_test": False}, "1 of 6 runs is known already: the hypothesis is exploratory"),
}  # fmt: skip


@pytest.mark.parametrize(("finished", "options", "expected"), LINES.values(), ids=LINES)
def test_line_of_an_unregistered_experiment(
    finished: str, options: dict[str, object], expected: str, tmp_path: Path
) -> None:
    assert line(Lab(tmp_path), finished, **options) == expected  # type: ignore[arg-type]


def test_runs_that_finished_under_the_registration_are_not_known(tmp_path: Path) -> None:
    register(Lab(tmp_path), RUNS)
    assert line(Lab(tmp_path), RUNS) == ""


def test_runs_of_another_claim_are_known_and_after_the_change_back_they_are_not(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    register(lab, RUNS, claim="B")
    assert line(lab, RUNS).startswith("6 of 6 runs are known already")
    register(lab, RUNS, name="other")
    assert line(lab, RUNS).startswith("6 of 6 runs are known already")


def test_claim_that_is_to_be_registered_again_keeps_its_runs(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    register(lab, RUNS)
    finish(lab, RUNS, started=1)
    register(lab, RUNS, claim="B", minutes=10)
    assert line(lab, RUNS) == ""


def test_registered_known_run_stays_known_after_its_folder_is_deleted(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    finish(lab, "a0", started=-5)
    register(lab, RUNS)
    lab.status("a0").unlink()
    assert line(lab, "").startswith("1 of 6 runs is known already")
