"""Try out a config in a scratch folder that is deleted. Nothing of a trial is stored in the lab."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from lightning_modules.recording.history import read_history
from lightning_modules.training.recorded_training import train

_PREFIX = "proband-try-"
_NOT_SHARED = frozenset({"results", ".proband", ".snakemake", ".git"})  # what a trial must not write to
_NOT_METRICS = frozenset({"schema_version", "split", "n"})


@dataclass(frozen=True)
class Trial:
    """What a trial wrote. Values are left out, because they would be a look at results before the experiment."""

    metrics: tuple[str, ...]
    history_rows: int
    files: tuple[str, ...]


def run_trial(config: Mapping[str, Any], lab: Lab) -> Trial:
    """Train in this process, so that a debugger or a profiler can follow it.

    The working folder is a scratch folder with links to the files of the lab, without its results.

    Raises:
        Exception: The training raised it.
    """
    os.environ["WANDB_MODE"] = "disabled"
    _delete_abandoned()
    with _scratch_folder(lab) as folder:
        output = folder.parent / "run" / "output"
        with chdir(folder):
            train(config, "trial", output, is_trial=True)
        metrics = read_json(output / "metrics.json").keys() | read_json(output / "eval_results.json").keys()
        history = read_history(output / "history.csv")
        return Trial(
            tuple(sorted(metrics - _NOT_METRICS)),
            max((len(values) for values in history.values()), default=0),
            tuple(sorted(file.relative_to(output).as_posix() for file in output.rglob("*") if file.is_file())),
        )


@contextmanager
def _scratch_folder(lab: Lab) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as root:
        folder = Path(root) / "lab"
        folder.mkdir()
        for entry in lab.root.resolve().iterdir():
            if entry.name not in _NOT_SHARED:
                (folder / entry.name).symlink_to(entry)
        yield folder


def _delete_abandoned() -> None:
    """Delete the folders of trials that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdecimal() and not psutil.pid_exists(int(process)):
            shutil.rmtree(folder, ignore_errors=True)
