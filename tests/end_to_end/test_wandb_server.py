"""The W&B server of the tests stores what the real SDK sends, and the real public API reads it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import wandb

from tests.end_to_end.support.wandb_server import WandbServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wandb_server")]
ROWS = 30


@pytest.fixture
def logged(wandb_server: WandbServer, tmp_path: Path) -> Iterator[wandb.Artifact]:
    """The artifact of a run that was logged with the SDK."""
    wandb.teardown()  # settings of an earlier test
    model = tmp_path / "model"
    model.mkdir()
    (model / "weights.bin").write_bytes(b"weights" * 1000)
    settings = wandb.Settings(
        base_url=wandb_server.url, silent=True, console="off", x_disable_meta=True, x_disable_stats=True
    )
    options: dict[str, Any] = {"project": "proband", "id": "served", "group": "study", "tags": ["study"]}
    run = wandb.init(**options, dir=tmp_path, config={"seed": 1, "model": {"lr": 0.1}}, settings=settings)
    for step in range(ROWS):
        run.log({"train_loss": 1 / (1 + step)} | ({"eval_loss": 0.5} if step % 10 == 0 else {}))
    run.summary["accuracy"] = 0.75
    artifact = wandb.Artifact("model-served", type="model")
    artifact.add_dir(str(model))
    run.log_artifact(artifact)
    run.finish()
    yield artifact
    wandb.teardown()


def test_server_returns_what_was_logged(logged: wandb.Artifact, tmp_path: Path) -> None:
    run = wandb.Api().run("default/proband/served")
    rows = list(run.scan_history(use_cache=False))
    counts = [sum(metric in row for row in rows) for metric in ("train_loss", "eval_loss")]
    assert (run.state, run.group, run.tags, run.config) == (
        "finished",
        "study",
        ["study"],
        {"seed": 1, "model": {"lr": 0.1}},
    )
    assert (counts, run.summary["accuracy"]) == ([ROWS, ROWS // 10], 0.75)
    (artifact,) = run.logged_artifacts()
    downloaded = Path(artifact.download(root=str(tmp_path / "download"), skip_cache=True))
    assert (artifact.digest, artifact.type) == (logged.digest, "model")
    assert (downloaded / "weights.bin").read_bytes() == b"weights" * 1000


def test_server_rejects_a_wrong_key(wandb_server: WandbServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_API_KEY", 40 * "1")
    wandb.teardown()
    with pytest.raises(Exception, match="user is not logged in"):
        wandb.Api({"base_url": wandb_server.url}).run("default/proband/served")
