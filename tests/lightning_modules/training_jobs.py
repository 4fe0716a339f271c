"""Training jobs as the compiler writes them, and a clock to run them by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from compiler.base.paths import ENGINE
from compiler.plan.planned_run import RunJob
from compiler.spec.resources import Resources

RUN_ID = "0123456789ab"
Job = RunJob
SHORT = {"max_epochs": 1, "limit_train_batches": 5, "limit_val_batches": 2, "limit_test_batches": 2}


def group(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ENGINE / "conf" / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def config(seed: int = 0, **changes: dict[str, Any]) -> dict[str, Any]:
    """The shipped groups, short and untracked; `model={"lr": 1.0}` changes one value."""
    groups = {
        "data": group("data/digits"),
        "model": group("model/mlp") | {"lr": 0.01},
        "trainer": group("trainer/default") | {"max_epochs": 2},
        "tracking": group("tracking/none"),
        "resources": group("resources/default"),
    }
    return {"seed": seed, **{name: values | changes.get(name, {}) for name, values in groups.items()}}


def job(versions: dict[str, str] | None = None, **changes: dict[str, Any]) -> Job:
    values = config(**changes)
    return RunJob(RUN_ID, values, versions or {}, "cafe", Resources.of_config(values), ("digits_lr",))


class Clock:
    """Moves on by a minute each time somebody looks."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now
