"""Build training jobs as the compiler writes them, and train them in a process of their own."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from compiler.base.identity import without_data_declarations
from compiler.base.paths import ENGINE, Lab
from compiler.plan.planned_run import RunJob
from compiler.spec.resources import Resources

RUN_ID = "0123456789ab"
SHORT = {"max_epochs": 1, "limit_train_batches": 5, "limit_val_batches": 2, "limit_test_batches": 2}
_TRAIN = (
    "import pathlib; from compiler.base.paths import Lab; "
    "from compiler.plan.planned_run import read_run_job; "
    "from lightning_modules.run_store.train_run import train_run; "
    "train_run(read_run_job(pathlib.Path('job.json')), Lab(pathlib.Path()), 1, True, None)"
)
TRAIN_COMMAND = [sys.executable, "-c", _TRAIN]  # trains job.json in the working folder


def config_group(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ENGINE / "conf" / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def config(seed: int = 0, **changes: dict[str, Any]) -> dict[str, Any]:
    """Return a short, untracked config of the shipped groups, as `fit` gets it. `model={"lr": 1.0}` changes a value."""
    groups = {
        "data": without_data_declarations({"data": config_group("data/digits")})["data"],
        "model": config_group("model/mlp") | {"lr": 0.01},
        "trainer": config_group("trainer/default") | {"max_epochs": 2},
        "tracking": config_group("tracking/disabled"),
        "resources": config_group("resources/default"),
    }
    return {"seed": seed, **{name: values | changes.get(name, {}) for name, values in groups.items()}}


def run_job(versions: dict[str, str] | None = None, **changes: dict[str, Any]) -> RunJob:
    values = config(**changes)
    return RunJob(RUN_ID, values, versions or {}, "cafe", Resources.of_config(values), ("digits_lr",))


def faulty_job(model: str, **changes: Any) -> RunJob:
    """Return a short training of a class in faulty_models.py."""
    return run_job(model={"_target_": f"faulty_models.{model}"}, trainer=SHORT, **changes)


def write_job(job: RunJob, lab: Lab) -> dict[str, str]:
    """Write the job for `TRAIN_COMMAND`, and return the environment in which the command finds the faulty models."""
    (lab.root / "job.json").write_text(json.dumps(job.to_json()), encoding="utf-8")
    return os.environ | {"PYTHONPATH": f"{ENGINE}{os.pathsep}{Path(__file__).parent}"}


def files_below(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def partial_runs(lab: Lab) -> list[str]:
    folder = lab.partial_run(RUN_ID).parent
    return [entry.name for entry in folder.iterdir()] if folder.exists() else []


class Clock:
    """A clock that advances by a minute each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now
