"""Track a finished run for an experiment that asks for more tracking than its training did, without training it again.

The W&B log is written from the history, the metrics and the config of the run. It is stored beside `output/`, because
the run recorded the hashes of the files in `output/`.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import InputError
from compiler.base.json_files import read_json, write_json
from compiler.tracking.choice import tracking_mode
from lightning_modules.checks.file_hashes import altered_file
from lightning_modules.tracking.wandb_log import ADDED_LOG, find_logs

_UPLOADED = "tracking/uploaded.json"
_SECONDS = 600  # of an upload; W&B retries for ever if the server cannot be reached
_SOURCES = ("output/history.csv", "output/metrics.json")
Upload = Callable[[Path, str, Mapping[str, Any]], None]  # folder of the log, run id, `tracking` of the config


class UploadFailed(InputError):
    """W&B did not accept the log of a run."""


def complete_tracking(folder: Path, run_id: str, config: Mapping[str, Any], upload: Upload | None = None) -> None:
    """Write the W&B log of a completed run if it has none, and upload the log if the config asks for it.

    A run whose history or metrics are damaged gets no log. The results list the damage.

    Args:
        folder: the folder of the run.
        config: the config in the plan, with the tracking that an experiment asks for.
        upload: sends a log to the server, by default with W&B's own command.

    Raises:
        UploadFailed: the log could not be uploaded. The next build tries again.
    """
    mode = tracking_mode(config)
    if mode == "disabled":
        return
    if not find_logs(folder):
        if any(altered_file(folder, path) or not (folder / path).is_file() for path in _SOURCES):
            return
        _write_log(folder, run_id, config)
    log = find_logs(folder)[0]
    if mode == "online" and log.parent.name.startswith("offline-") and not (folder / _UPLOADED).is_file():
        tracking = config["tracking"]
        (upload or sync)(log.parent, run_id, tracking)
        address = {"project": tracking["project"], "entity": tracking.get("entity"), "run_id": run_id}
        write_json(folder / _UPLOADED, {"schema_version": 1, **address})


def sync(log_folder: Path, run_id: str, tracking: Mapping[str, Any]) -> None:
    """Upload a log with `wandb sync`. Raises UploadFailed."""
    command = [sys.executable, "-m", "wandb", "sync", "--yes", "--id", run_id, "--project", str(tracking["project"])]
    if entity := tracking.get("entity"):
        command += ["--entity", str(entity)]
    try:
        done = subprocess.run(
            [*command, str(log_folder)], capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(command, 1, "", f"no answer within {_SECONDS} seconds")
    if done.returncode:
        reason = " ".join((done.stderr or done.stdout).split())[-300:]
        remedy = "check `wandb login` and the network, then build again; or set tracking to offline"
        raise UploadFailed(f"run {run_id}: its W&B log could not be uploaded: {reason} ({remedy})")


def _write_log(folder: Path, run_id: str, config: Mapping[str, Any]) -> None:
    """Write an offline log into `tracking/`. A rename makes it appear complete or not at all."""
    target = folder / ADDED_LOG
    temporary = folder / f".tracking.{os.getpid()}"
    temporary.mkdir()
    try:
        _replay(folder / "output", temporary, run_id, config)
        target.parent.mkdir(exist_ok=True)
        if not target.exists():  # another build may have written it
            (temporary / "wandb").rename(target)
    finally:
        shutil.rmtree(temporary)


def _replay(output: Path, target: Path, run_id: str, config: Mapping[str, Any]) -> None:
    """Log every row of the history as the training would have done, and the metrics as the summary."""
    from lightning_modules.tracking.tracked_training import start_wandb_run, stop_wandb  # imports lightning

    tracking = {**config["tracking"], "mode": "offline"}
    run = start_wandb_run(tracking, config, run_id, target)
    with (output / "history.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values = {name: float(value) for name, value in row.items() if value and name != "step"}
            run.log(values | {"trainer/global_step": int(row["step"])})
    metrics = read_json(output / "metrics.json")
    run.summary.update({name: value for name, value in metrics.items() if name != "schema_version"})
    run.finish(exit_code=0)
    stop_wandb(target / "wandb")
