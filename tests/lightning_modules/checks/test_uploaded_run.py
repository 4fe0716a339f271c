"""A run that was trained offline and uploaded with W&B's own command is validated on a real server."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import wandb

from compiler.base.json_files import write_json
from compiler.deliverables.check import FinishedRun
from compiler.deliverables.wandb_run import WandbRun
from compiler.tracking.upload import UPLOADED
from lightning_modules.checks.tracked_run.wandb_server import WandbServer
from lightning_modules.checks.wandb_run import check
from lightning_modules.run_store.wandb_upload import sync
from lightning_modules.tracking.wandb_log import find_logs

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("wandb_server")]


def test_uploaded_run_passes(finished: Path, finished_run: Callable[..., FinishedRun], tmp_path: Path) -> None:
    wandb.teardown()  # settings of an earlier test
    run = shutil.copytree(finished, tmp_path / "run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WANDB_SERVICE", "3-1-tcp-127.0.0.1-9")  # of another program, which has ended
        sync(find_logs(run)[0].parent, "0123456789ab", {"project": "proband"})
    write_json(run / UPLOADED, {"project": "proband", "entity": None, "run_id": "0123456789ab"})
    result = check(finished_run(run), WandbRun(type="wandb_run"), WandbServer())
    assert result.passed, result.detail
    assert "model-0123456789ab" in result.detail
