"""Stop the background process of W&B, and delete the files that it leaves behind."""

from __future__ import annotations

import shutil
from pathlib import Path


def stop_wandb(folder: Path) -> None:
    """Stop the background process of W&B, which would otherwise outlive the run, and delete its debug logs."""
    import wandb

    wandb.teardown()
    _delete_debug_logs(folder)


def _delete_debug_logs(folder: Path) -> None:
    """Delete the debug logs of W&B. They contain settings and paths of the machine, and nothing about the run."""
    for debug_folder in (*folder.glob("*run-*/logs"), *folder.glob("*run-*/tmp")):
        shutil.rmtree(debug_folder)
    for debug_file in folder.glob("debug*.log"):
        debug_file.unlink()
