"""A build that reads a stored plan compares it with the specs before its first job."""

from __future__ import annotations

from pathlib import Path

import pytest
from snakemake.exceptions import WorkflowError

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.plan_files import current_plan, stored_or_compiled
from rules.build.plan_check import check_stored_plan
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab

LATER = str(FILES["one"]).replace("2026", "2027")  # so that it is no parent of the others


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = write_lab(tmp_path, FILES)
    assert stored_or_compiled(lab)[1] is False
    return lab


def test_stored_plan_of_the_specs_is_accepted(lab: Lab) -> None:
    plan, is_stored = stored_or_compiled(lab)
    assert is_stored
    check_stored_plan(lab, plan, "plan.json", plan.experiments.keys())


def test_stored_plan_with_overrides_is_accepted(lab: Lab) -> None:
    current_plan(lab, ["trainer.max_epochs=9"])
    plan, _ = stored_or_compiled(lab, ["trainer.max_epochs=9"])
    check_stored_plan(lab, plan, "plan.json", plan.experiments.keys())


def test_stored_plan_with_a_search_over_choices_is_accepted(lab: Lab) -> None:
    """The compiled plan has a tuple of values where the stored plan has a list."""
    search = """
        experiment:
          hypothesis: Some rate is best.
          metadata: {created_at: 2026-01-01}
          search: {space: {model.lr: "choice(0.1,0.2)"}, runs: 4, batch: 2, metric: eval_accuracy, goal: maximize}
    """
    write_lab(lab.root, {"find": spec(search)})
    current_plan(lab)
    plan, is_stored = stored_or_compiled(lab)
    assert is_stored
    assert plan.experiments["find"].search is not None
    check_stored_plan(lab, plan, "plan.json", plan.experiments.keys())


@pytest.mark.parametrize(
    ("old", "new"),
    [("More is more.", "Less is more."), ('"alpha": 0.05', '"alpha": 0.5'), ('"value": 0.5', '"value": 0.1')],
    ids=["hypothesis", "level of the test", "threshold of a deliverable"],
)
def test_edited_plan_is_refused(old: str, new: str, lab: Lab) -> None:
    file = lab.state / "plan.json"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    plan = Plan.from_json(read_json(file))
    with pytest.raises(WorkflowError, match="is not what the specs compile to"):
        check_stored_plan(lab, plan, str(file), plan.experiments.keys())


@pytest.mark.parametrize("text", [LATER, "experiment: {sweeep: 1}\n"], ids=["shares the run", "does not compile"])
def test_spec_that_is_added_later_does_not_stop_a_build_of_others(text: str, lab: Lab) -> None:
    plan, _ = stored_or_compiled(lab)
    write_lab(lab.root, {"added": text})
    check_stored_plan(lab, plan, "plan.json", ["lr", "one"])


@pytest.mark.parametrize("name", ["lr", "one"])
def test_edited_parent_or_run_is_refused(name: str, lab: Lab) -> None:
    file = lab.state / "plan.json"
    plan = read_json(file)
    run = plan["experiments"]["one"]["points"][0]["run"]
    plan["runs"][run]["fingerprint"] = "f" * 12
    edited = Plan.from_json(plan)
    with pytest.raises(WorkflowError, match="is not what the specs compile to"):
        check_stored_plan(lab, edited, str(file), [name])
