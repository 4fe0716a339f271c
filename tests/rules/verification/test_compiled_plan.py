"""An edited plan is told apart from a plan that is older than the specs."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.compile_lab import compile_lab
from compiler.plan.plan_files import current_plan, plan_file
from rules.verification.check import Check
from rules.verification.compiled_plan import check_plan
from tests.compiler.small_lab import FILES
from tests.labs import write_lab


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = write_lab(tmp_path, FILES)
    current_plan(lab)
    return lab


def check(lab: Lab) -> Check:
    return check_plan(lab, compile_lab(lab), plan_file(lab, ()))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_stored_plan_holds_and_a_deleted_one_is_only_noted(lab: Lab) -> None:
    assert (check(lab).problems, check(lab).notes) == ((), ())
    plan_file(lab, ()).unlink()
    assert check(lab).problems == ()
    assert "no plan is stored" in check(lab).notes[0]


def test_only_experiments_of_the_lab_are_counted(lab: Lab) -> None:
    plan = current_plan(lab)
    own = [experiment for experiment in plan.experiments.values() if experiment.is_own]
    assert 0 < len(own) < len(plan.experiments)
    runs = len({run for experiment in own for run in experiment.runs})
    assert (check(lab).count, check(lab).unit) == (len(own), f"experiments with {runs} runs")
    (other,) = [name for name in plan.experiments if not plan.experiments[name].is_own][:1]
    lab.experiment(other).mkdir(parents=True)
    assert check(lab).count == len(own) + 1


def test_lab_without_a_plan_has_no_checked_run(lab: Lab) -> None:
    plan_file(lab, ()).unlink()
    assert (check(lab).count, check(lab).unit) == (0, "experiments with 0 runs")


def test_edited_plan_is_named_with_the_changed_key(lab: Lab) -> None:
    edit(plan_file(lab, ()), "One is enough.", "Two are enough.")
    (problem,) = check(lab).problems
    assert problem.startswith(
        ".proband/plan.json: was changed after the compile, in experiments.one.promise.hypothesis"
    )


def test_damaged_plan_is_named(lab: Lab) -> None:
    plan_file(lab, ()).write_text("{")
    (problem,) = check(lab).problems
    assert problem.startswith(".proband/plan.json: was changed")


def test_plan_of_earlier_specs_is_noted(lab: Lab) -> None:
    edit(lab.conf / "experiment/one.yaml", "One is enough.", "Two are enough.")
    assert check(lab).problems == ()
    assert "have changed since the last build" in check(lab).notes[0]


def test_edited_input_of_a_training_is_named(lab: Lab) -> None:
    (run,) = current_plan(lab).experiments["one"].runs
    content = read_json(lab.run_job(run))
    write_json(lab.run_job(run), content | {"config": content["config"] | {"seed": 9}})
    (problem,) = check(lab).problems
    assert f"{run}.json: its config and data versions have the run id" in problem
