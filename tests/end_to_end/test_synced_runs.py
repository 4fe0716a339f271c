"""A run that was logged with the real SDK is validated on a real server, which may return other data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import wandb

from compiler.base.json_files import write_json
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.wandb_run import WandbRun
from compiler.tracking.record import RECORD, LoggedArtifact, TrackingRecord
from lightning_modules.checks.tracked_run.wandb_server import WandbServer as Server
from lightning_modules.checks.wandb_run import check
from tests.end_to_end.support.wandb_adapter import Faults
from tests.end_to_end.support.wandb_server import WandbServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wandb_server")]
RUN_ID, STEPS = "0a1b2c3d4e5f", 40
CONFIG = {"seed": 3, "model": {"lr": 0.01, "layers": [1, 2]}, "data": {"path": None}}
METRICS = {"accuracy": 0.75, "eval_loss": 0.125}


@pytest.fixture
def logged_run(wandb_server: WandbServer, tmp_path: Path) -> Iterator[FinishedRun]:
    """A run on the server, and its folder. Its files state what the SDK was asked to log."""
    wandb.teardown()  # settings of an earlier test
    folder, model = tmp_path / "run", tmp_path / "run/output/final_model"
    model.mkdir(parents=True)
    (model / "weights.bin").write_bytes(bytes(range(256)) * 64)
    settings = wandb.Settings(
        base_url=wandb_server.url, silent=True, console="off", x_disable_meta=True, x_disable_stats=True
    )
    run = wandb.init(project="proband", id=RUN_ID, dir=tmp_path, config=CONFIG, settings=settings)
    rows = ["epoch,step,train_loss,eval_loss"]
    for step in range(STEPS):
        evaluated = {"eval_loss": 0.125} if step % 10 == 9 else {}
        run.log({"train_loss": 1 / (1 + step), "trainer/global_step": step} | evaluated)
        rows.append(f"0,{step},{1 / (1 + step)},{evaluated.get('eval_loss', '')}")
    run.summary.update(METRICS)
    artifact = wandb.Artifact(f"model-{RUN_ID}", "model")
    artifact.add_dir(str(model))
    run.log_artifact(artifact)
    run.finish()
    logged = LoggedArtifact(f"model-{RUN_ID}", "model", artifact.digest)
    write_json(
        folder / RECORD, TrackingRecord("wandb", "online", "proband", None, RUN_ID, artifacts=(logged,)).to_json()
    )
    write_json(folder / "output/metrics.json", METRICS | {"schema_version": 1})
    write_json(folder / "config.json", {"config": CONFIG})
    (folder / "output/history.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    yield FinishedRun(RUN_ID, folder, CONFIG | {"tracking": {"mode": "online", "project": "proband"}}, {})
    wandb.teardown()


def validate(run: FinishedRun) -> CheckResult:
    return check(run, WandbRun(type="wandb_run"), Server(seconds=5))


def in_run(operation: str, change: Callable[[dict[str, Any]], Any]) -> Faults:
    """Return a fault that changes the answer of the server to a query of a run."""

    def changed(name: str, answer: dict[str, Any]) -> dict[str, Any]:
        if name == operation:
            change(answer["data"]["project"]["run"])
        return answer

    return Faults(change=changed)


def set_json(run: dict[str, Any], field: str, key: str, value: Any) -> None:
    run[field] = json.dumps(json.loads(run[field]) | {key: value})


FAULTS: dict[str, tuple[Faults, str]] = {
    "rows missing": (
        in_run("HistoryPage", lambda run: run["history"].pop(7)),
        f"the history has {STEPS - 1} rows of train_loss, and the training logged {STEPS}",
    ),
    "other config": (
        in_run("Run", lambda run: set_json(run, "config", "seed", {"value": 4})),
        "config: seed is 4, and 3 was logged",
    ),
    "other summary": (
        in_run("Run", lambda run: set_json(run, "summaryMetrics", "accuracy", 0.99)),
        "summary: accuracy is 0.99, and 0.75 was logged",
    ),
    "other bytes of the artifact": (
        Faults(changed_file=lambda content: content[:-1] + b"x"),
        f"the downloaded artifact model-{RUN_ID} differs from its digest",
    ),
    "more bytes of the artifact": (
        Faults(changed_file=lambda content: content + bytes(1 << 20)),
        "the server sends more bytes than the files of the artifact have",
    ),
    "artifact lost": (
        in_run("RunOutputArtifacts", lambda run: run["artifacts"].update(edges=[], totalCount=0)),
        f"the server lacks the artifact model-{RUN_ID}",
    ),
    "still running": (in_run("Run", lambda run: run.update(state="running")), "the run is running on the server"),
}


def test_validation_notices_every_difference(
    logged_run: FinishedRun, wandb_server: WandbServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = validate(logged_run)
    assert passed.passed, passed.detail
    assert passed.tracked is not None
    assert passed.tracked.url == f"{wandb_server.url}/default/proband/runs/{RUN_ID}"
    for name, (faults, detail) in FAULTS.items():
        wandb_server.adapter.faults = faults
        result = validate(logged_run)
        assert (result.passed, detail in result.detail) == (False, True), f"{name}: {result.detail}"
    wandb_server.reset()
    wandb_server.faults.delay = 0.2
    assert validate(logged_run).passed, "a slow server is waited for"
    wandb_server.faults.is_dead = True
    assert "the server could not be asked" in validate(logged_run).detail
    wandb_server.reset()
    wandb.teardown()  # W&B keeps a key until then
    monkeypatch.setenv("WANDB_API_KEY", 40 * "1")
    assert "user is not logged in" in validate(logged_run).detail
