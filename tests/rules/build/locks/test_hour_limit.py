"""A build whose trainings are estimated to take longer than `limits.hours` asks first, and stops without a terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from snakemake.exceptions import WorkflowError

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.view.training_cost import training_cost
from rules.build.locks.hour_limit import check_hours
from tests.plans import plan_of, planned_experiment, planned_run, run_job

DONE, LEFT = "0123456789ab", ("1123456789ab", "2123456789ab")


def lab_with(folder: Path, limits: object, seconds: float | None = 1800.0) -> Lab:
    """A lab with one finished run of half an hour, unless `seconds` is None, and two runs to train."""
    lab = Lab(folder)
    if seconds is not None:
        write_json(lab.status(DONE), {"status": "completed", "duration_seconds": seconds})
    for run in LEFT:
        write_json(lab.run_job(run), run_job(run, {"limits": limits}).to_json())
    return lab


def plan_with(gpus: float = 0) -> Plan:
    plan = plan_of(planned_experiment("study", {run: {} for run in (DONE, *LEFT)}))
    return replace(plan, runs={run: planned_run(run, gpus=gpus) for run in (DONE, *LEFT)})


def check(lab: Lab, gpus: float = 0, answer: bool = False) -> list[str]:
    """Return the questions that were asked."""
    asked: list[str] = []
    check_hours(lab, plan_with(gpus), ["study"], LEFT, lambda question: asked.append(question) or answer)
    return asked


def test_more_hours_than_the_limit_stop_the_build(tmp_path: Path) -> None:
    line = "study: estimated: 2 runs, 1 hours (mean of finished runs of study), more than limits.hours = 0.9"
    with pytest.raises(WorkflowError, match="Nothing was built") as error:
        check(lab_with(tmp_path, {"hours": 0.9}))
    assert line in str(error.value)


def test_a_person_can_agree(tmp_path: Path) -> None:
    assert len(check(lab_with(tmp_path, {"hours": 0.9}), answer=True)) == 1


@pytest.mark.parametrize(
    ("limits", "seconds"),
    [({"hours": 1}, 1800.0), ({"hours": None}, 1800.0), (None, 1800.0), ({"hours": 0.001}, None)],
    ids=["the limit itself", "no limit", "no node", "nothing is known"],
)
def test_build_starts(limits: object, seconds: float | None, tmp_path: Path) -> None:
    assert check(lab_with(tmp_path, limits, seconds)) == []


def test_without_a_terminal_the_build_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", open("/dev/null", encoding="utf-8"))  # noqa: SIM115
    with pytest.raises(WorkflowError, match="Nothing was built"):
        check_hours(lab_with(tmp_path, {"hours": 0.9}), plan_with(), ["study"], LEFT)


@pytest.mark.parametrize(
    ("gpus", "hours", "gpu_hours"), [(0, 1.0, 0.0), (0.5, 0.5, 0.5), (2, 2.0, 2.0)], ids=["no GPU", "half", "two"]
)
def test_trainings_count_by_their_gpus(gpus: float, hours: float, gpu_hours: float, tmp_path: Path) -> None:
    cost = training_cost(lab_with(tmp_path, None), plan_with(gpus), "study", LEFT)
    assert (cost.hours, cost.gpu_hours) == (hours, gpu_hours)
    assert ("GPU-hours" in cost.line) is (gpus > 0)


def test_duration_is_that_of_the_parent_if_no_own_run_has_finished(tmp_path: Path) -> None:
    plan = plan_of(
        planned_experiment("study", {LEFT[0]: {}}), planned_experiment("base", {DONE: {}}), parents={"study": "base"}
    )
    assert training_cost(lab_with(tmp_path, None), plan, "study", LEFT[:1]).source == "base"
    assert "unknown" in training_cost(Lab(tmp_path / "new"), plan, "study", LEFT[:1]).line
