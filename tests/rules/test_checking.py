"""One deliverable over all its runs, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from runs import write_run

from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult
from compiler.deliverables.files import Plot
from rules.results.check_cache import CheckCache
from rules.results.deliverable_check import best_arm, checked_deliverable
from rules.results.run_record import RunRecord, run_record
from tests.plans import TEST, planned_experiment

HOLDS = lambda run: CheckResult(True, "yes")  # noqa: E731


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_it_holds_when_it_holds_for_every_run(lab: Lab) -> None:
    runs = {name: write_run(lab, name) for name in ("a", "b")}
    verdict = checked_deliverable(Plot(type="plot"), planned_experiment("study", {"a": {}, "b": {}}), runs, HOLDS)
    assert verdict["status"] == "validated"
    assert verdict["runs"]["a"] == {"status": "completed", "validated": True, "detail": "yes"}


def test_one_run_that_misses_is_enough(lab: Lab) -> None:
    runs = {name: write_run(lab, name) for name in ("a", "b")}
    verdict = checked_deliverable(
        Plot(type="plot"),
        planned_experiment("study", {"a": {}, "b": {}}),
        runs,
        lambda run: CheckResult(run.run_id == "a", "so"),
    )
    assert verdict["status"] == "failed"
    assert [one["validated"] for one in verdict["runs"].values()] == [True, False]


def test_a_failed_run_is_not_checked_and_says_why(lab: Lab) -> None:
    runs = {"a": write_run(lab, "a", status="failed")}
    verdict = checked_deliverable(Plot(type="plot"), planned_experiment("study", {"a": {}}), runs, HOLDS)
    assert verdict["runs"]["a"]["detail"] == "the run failed: non_finite: loss is nan"


def test_no_runs_deliver_nothing() -> None:
    assert checked_deliverable(Plot(type="plot"), planned_experiment(), {}, HOLDS)["status"] == "failed"


@pytest.mark.parametrize(("goal", "best"), [("maximize", ["b", "c"]), ("minimize", ["a"])])
def test_the_best_arm_has_the_best_mean(lab: Lab, goal: str, best: list[str]) -> None:
    runs = {name: write_run(lab, name, value) for name, value in {"a": 0.7, "b": 0.6, "c": 0.9}.items()}
    entry = planned_experiment("study", {"a": {"lr": 1}, "b": {"lr": 2}, "c": {"lr": 2}}, test=replace(TEST, goal=goal))
    assert best_arm(entry, runs) == best


def test_the_best_arm_of_failed_runs_is_all_of_them(lab: Lab) -> None:
    runs = {"a": write_run(lab, "a", None, "failed")}
    assert best_arm(planned_experiment("study", {"a": {"lr": 1}}, test=TEST), runs) == ["a"]


def test_best_asks_only_the_best_arm(lab: Lab) -> None:
    runs = {"a": write_run(lab, "a", 0.1), "b": write_run(lab, "b", 0.9)}
    entry = planned_experiment("study", {"a": {"lr": 1}, "b": {"lr": 2}}, test=TEST)
    verdict = checked_deliverable(Plot(type="plot", over="best"), entry, runs, HOLDS)
    assert list(verdict["runs"]) == ["b"]


class Counting:
    """A check that counts how often it is made."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, run: RunRecord) -> CheckResult:
        self.times += 1
        return CheckResult(True, "looked")


def checked_again(lab: Lab, run: RunRecord, check: Counting, code: str = "v1", spec: Plot | None = None) -> CheckResult:
    cache = CheckCache(lab.state / "plot.json", (spec or Plot(type="plot")).model_dump(), code)
    finding = cache.through(check)(run)
    cache.save()
    return finding


def test_an_unchanged_run_is_checked_once(lab: Lab) -> None:
    run, check = write_run(lab, "a"), Counting()
    assert [checked_again(lab, run, check).detail for _ in range(3)] == ["looked"] * 3
    assert check.times == 1


def test_another_file_another_spec_and_another_check_are_checked_anew(lab: Lab) -> None:
    run, check = write_run(lab, "a"), Counting()
    checked_again(lab, run, check)
    checked_again(lab, run, check, code="v2")
    checked_again(lab, run, check, code="v2", spec=Plot(type="plot", path="output/other.png"))
    (run.folder / "output/plot.png").write_text("drawn")
    checked_again(lab, run, check, code="v2", spec=Plot(type="plot", path="output/other.png"))
    assert check.times == 4


def test_a_damaged_cache_is_an_empty_one(lab: Lab) -> None:
    run, check = write_run(lab, "a"), Counting()
    checked_again(lab, run, check)
    (lab.state / "plot.json").write_text("{")
    checked_again(lab, run, check)
    assert check.times == 2


@pytest.mark.parametrize("content", ["", "{", "[]", "null"], ids=["empty", "truncated", "list", "null"])
def test_a_status_that_cannot_be_read_is_a_failed_run(lab: Lab, content: str) -> None:
    lab.run("a").mkdir(parents=True)
    lab.status("a").write_text(content)
    run = run_record(lab, "a")
    assert not run.is_completed
    assert run.failure.startswith("unreadable: status.json")
