"""Every changed, missing or added file of a run is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from rules.verification.run_artifacts import check_runs
from tests.stored_runs import METRICS, MODEL, flip_byte, store_run, write_status


def problems(lab: Lab, run: str) -> list[str]:
    prefix = f"results/runs/{run}/"
    lines = check_runs(lab, [run]).problems
    assert all(problem.startswith(prefix) for problem in lines)
    return [problem.removeprefix(prefix) for problem in lines]


def test_untouched_run_has_no_problem(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    check = check_runs(lab, [store_run(lab), store_run(lab, seed=1), "not_trained"])
    assert (check.problems, check.count) == ((), 8)
    assert check.notes == ("planned runs that are not trained yet: 1",)


def edit(path: str, **changes: object) -> Callable[[Lab, str], None]:
    return lambda lab, run: write_json(lab.run(run) / path, read_json(lab.run(run) / path) | changes)


def edit_and_hash(path: str, **changes: object) -> Callable[[Lab, str], None]:
    def attack(lab: Lab, run: str) -> None:
        edit(path, **changes)(lab, run)
        write_status(lab, run, {})

    return attack


ATTACKS: dict[str, tuple[Callable[[Lab, str], object], list[str]]] = {
    "a flipped byte": (lambda lab, run: flip_byte(lab.run(run) / MODEL), [f"{MODEL}: was changed after the training"]),
    "a better metric": (edit(METRICS, accuracy=1.0), [f"{METRICS}: was changed after the training"]),
    "a deleted file": (lambda lab, run: (lab.run(run) / MODEL).unlink(), [f"{MODEL}: is missing or cannot be read"]),
    "a file of another name": (
        lambda lab, run: write_json(lab.run(run) / "output/metrics.json", {"accuracy": 1.0}),
        ["output/metrics.json: is not among the files that the training recorded"],
    ),
    "an edited config": (
        edit("config.json", config={"seed": 7}),
        ["config.json: its config and data versions have the run id", "config.json: was changed after the training"],
    ),
    "an edited config with its hash": (
        edit_and_hash("config.json", config={"seed": 7}),
        ["config.json: its config and data versions have the run id"],
    ),
    "an edited data version with its hash": (
        edit_and_hash("config.json", data={}),
        ["config.json: its config and data versions have the run id"],
    ),
    "a config that is text": (
        edit_and_hash("config.json", config="none"),
        ["config.json: is missing, or does not contain a config and data versions"],
    ),
    "an edited status": (edit("status.json", status="failed"), ["status.json: differs from its copy"]),
    "a later time": (edit("status.json", completed_at="2099-01-01"), ["status.json: differs from its copy"]),
    "a status without its copy": (
        lambda lab, run: lab.status_copy(run).unlink(),
        ["status.json: differs from its copy"],
    ),
    "the status of another run": (
        lambda lab, run: write_status(lab, run, {"run_id": "0123456789ab"}),
        ["status.json: belongs to run 0123456789ab"],
    ),
    "a status that is no JSON": (
        lambda lab, run: lab.status(run).write_text("{"),
        ["status.json: is missing, or is not the status of a run"],
    ),
    "no status": (
        lambda lab, run: lab.status(run).unlink(),
        ["status.json: is missing, or is not the status of a run"],
    ),
    "an upload to W&B": (lambda lab, run: (lab.run(run) / "output/run-a.wandb.synced").touch(), []),
    "a note of the user": (lambda lab, run: (lab.run(run) / "notes.txt").write_text("good"), []),
}


@pytest.mark.parametrize(("attack", "expected"), ATTACKS.values(), ids=ATTACKS)
def test_changed_file_is_named(attack: Callable[[Lab, str], object], expected: list[str], tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    attack(lab, run)
    lines = problems(lab, run)
    assert len(lines) == len(expected)
    assert all(problem.startswith(text) for problem, text in zip(lines, expected, strict=True)), lines


def test_failure_of_the_machine_that_was_moved_aside_is_no_problem(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    lab.status(run).rename(lab.machine_failure(run))
    assert problems(lab, run) == []
