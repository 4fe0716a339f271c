"""A plan agrees with the parents and the seeds that registrations recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from tests.compiler.registration.chains import register
from tests.labs import spec, write_lab

COMPARE = "{metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, fresh_seeds: true}"


def text(created: str, **fields: str) -> str:
    lines = "".join(f"\n          {key}: {value}" for key, value in fields.items())
    return spec(f"""
        experiment:
          hypothesis: H.{lines}
          metadata: {{created_at: {created}}}
        model: {{lr: 0.1}}
    """)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab with three experiments, of which the second is the parent of the third."""
    dates = {"first": "2026-01-01", "second": "2026-01-02", "third": "2026-01-03"}
    return write_lab(tmp_path, {name: text(date) for name, date in dates.items()})


def parents(lab: Lab) -> dict[str, str | None]:
    entries = current_plan(lab).genealogy
    return {entry.experiment_id: entry.parent_experiment for entry in entries if entry.experiment_id in FAMILY}


FAMILY = ("first", "second", "third", "old")


def test_parents_of_registered_experiments_are_those_that_were_recorded(lab: Lab) -> None:
    before = parents(lab)
    assert before["third"] == "second"
    for name in ("first", "second", "third"):
        register(lab, name, name=name, parent=before[name])
    write_lab(lab.root, {"old": text("2001-01-01")})
    after = parents(lab)
    assert {name: after[name] for name in before} == before
    register(lab, "third", name="third", parent="first")
    assert parents(lab)["third"] == "first"


def test_null_declares_a_root(lab: Lab) -> None:
    write_lab(lab.root, {"third": text("2026-01-03", parent="null")})
    assert parents(lab)["third"] is None


def test_choice_of_seeds_follows_finished_runs_until_it_is_registered(tmp_path: Path) -> None:
    sweep = "{model.lr: '0.1,0.2', seed: range(2)}"
    lab = write_lab(tmp_path, {"lr": text("2026-01-01", sweep=sweep, compare=COMPARE)})

    def choice() -> list[int]:
        seeds = current_plan(lab).experiments["lr"].seeds
        assert seeds is not None
        return list(seeds["to"])

    def finish(run: str, seed: int) -> None:
        write_json(lab.status(run), {"status": "completed"})
        write_json(lab.run(run) / "config.json", {"config": {"seed": seed}})

    assert choice() == [0, 1]
    finish("a", 0)
    assert choice() == [2, 1]
    experiment = current_plan(lab).experiments["lr"]
    register(lab, " ".join(experiment.runs), planned_seeds=[1, 2], chosen_seeds=experiment.seeds)
    finish("b", 1)
    finish("c", 2)
    assert choice() == [2, 1]
    assert {point.overrides["seed"] for point in current_plan(lab).experiments["lr"].points} == {1, 2}
