"""Upload the W&B logs of finished runs with W&B's own command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from compiler.base.diagnostics import InputError

_SECONDS = 600  # of an upload; W&B retries for ever if the server cannot be reached
Upload = Callable[[Path, str, Mapping[str, Any]], None]  # folder of the log, run id, `tracking` of the config


class UploadFailed(InputError):
    """W&B did not accept the log of a run."""


def sync(log_folder: Path, run_id: str, tracking: Mapping[str, Any]) -> None:
    """Upload a log with `wandb sync`, in the folder of the run, to which the paths of the artifacts are relative.

    Raises:
        UploadFailed: W&B's command failed, or took too long.
    """
    folder = log_folder.resolve().parents[2]
    command = [sys.executable, "-m", "wandb", "sync", "--yes", "--id", run_id, "--project", str(tracking["project"])]
    if entity := tracking.get("entity"):
        command += ["--entity", str(entity)]
    try:
        with TemporaryDirectory() as temporary:  # W&B writes files beside a log, and those of a run must not change
            copy = shutil.copytree(log_folder, Path(temporary) / log_folder.name)
            words = [*command, str(copy)]
            done = subprocess.run(
                words,
                capture_output=True,
                text=True,
                check=False,
                timeout=_SECONDS,
                cwd=folder,
                # a process of W&B that another program has started would look for the files in another folder
                env={name: value for name, value in os.environ.items() if name != "WANDB_SERVICE"},
            )
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(command, 1, "", f"no answer within {_SECONDS} seconds")
    if done.returncode:
        reason = " ".join((done.stderr or done.stdout).split())[-300:]
        remedy = "check `wandb login` and the network, then: proband sync"
        raise UploadFailed(f"run {run_id}: its W&B log could not be uploaded: {reason} ({remedy})")


class UntilFirstFailure:
    """Uploads logs until the first upload fails. Later ones fail at once, because each may take minutes to fail."""

    def __init__(self) -> None:
        self._failure: UploadFailed | None = None

    def __call__(self, log_folder: Path, run_id: str, tracking: Mapping[str, Any]) -> None:
        if self._failure is not None:
            raise self._failure
        try:
            sync(log_folder, run_id, tracking)
        except UploadFailed as error:
            self._failure = error
            raise
