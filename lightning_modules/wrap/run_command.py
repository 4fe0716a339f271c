"""Run the command line of a config as a training, and read its metrics from a file.

The source of this module and of the modules it imports is part of the fingerprint of every run of a command.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

from compiler.base.paths import Lab
from compiler.spec.command_config import DEFAULT_METRICS, FOLDER, HISTORY_KEY, METRICS_KEY
from lightning_modules.failures.classify import CommandFailed
from lightning_modules.wrap.metrics_file import FileState, log_history, read_metrics
from lightning_modules.wrap.process_state import DISTRIBUTED
from lightning_modules.wrap.recorder import RunRecorder

OWN_FOLDER = "command"  # of the run, for the files of its command
_TRIAL = "PROBAND_TRIAL"  # is set for the command of `proband try` only
_GRACE_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1  # prctl: the signal that a process gets when its parent dies
_LIBC = ctypes.CDLL(None)


def run_command(config: Mapping[str, Any], run: RunRecorder) -> dict[str, float]:
    """Run the command in the folder of the lab, and return the metrics that it wrote.

    Runs that write the same metrics file outside the folder of the run are run one after the other.

    Raises:
        CommandFailed: It could not be started, ended with another exit code than 0, or was killed.
        WrongMetrics: It wrote no metrics, or they are older than the command.
        NonFiniteLoss: A metric is NaN or infinite.
    """
    folder = run.folder / OWN_FOLDER
    folder.mkdir()
    words = command_line(config["cmd"], folder)
    metrics_file = Path(_replaced(config.get(METRICS_KEY) or DEFAULT_METRICS, folder))
    history = config.get(HISTORY_KEY)
    history_file = Path(_replaced(history, folder)) if history else None
    lock = Lab(Path()).state / "locks" / f"{metrics_file.as_posix().replace('/', '_')[-100:]}.file.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        files = [file for file in (metrics_file, history_file) if file is not None]
        before = {file: FileState.of(file) for file in files}
        variables = {"PROBAND_FOLDER": str(folder), "PROBAND_SEED": str(config["seed"])}
        _execute(words, variables | ({_TRIAL: "1"} if run.is_trial else {}))
        for file in files:
            before[file].check_written(file, words[0])
        if history_file is not None:
            log_history(history_file, run)
        metrics = read_metrics(metrics_file)
        for file in files:
            _keep(file, folder)
    return metrics


def command_line(words: Sequence[Any], folder: Path) -> list[str]:
    """Return the arguments of the process. `python` is the interpreter that runs Proband."""
    line = [_replaced(word, folder) for word in words]
    return [sys.executable, *line[1:]] if line[0] in ("python", "python3") else line


def _replaced(word: Any, folder: Path) -> str:
    text = str(word).lower() if isinstance(word, bool) else str(word)
    return text.replace(FOLDER, str(folder))


def _execute(words: list[str], variables: Mapping[str, str]) -> None:
    """Run a process in a group of its own, and end all processes of the group with it."""
    environment = {
        name: value for name, value in os.environ.items() if name not in (*DISTRIBUTED, "PROBAND_TRIAL")
    } | dict(variables)
    try:
        process = subprocess.Popen(
            words,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    except OSError as error:
        raise CommandFailed("environment", f"cannot start {words[0]}: {error.strerror}") from error
    try:
        code = process.wait()
    except BaseException:
        _signal_group(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
        raise
    finally:
        _signal_group(process.pid, signal.SIGKILL)  # processes that it left in the background
    if code < 0:
        raise CommandFailed("killed", f"the command was ended by signal {-code} ({signal.Signals(-code).name})")
    if code:
        raise CommandFailed("error", f"the command ended with exit code {code} (read train.log)")


def _die_with_parent() -> None:
    if sys.platform == "linux":  # elsewhere, a command can outlive a run that is killed
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return  # every process of the group has ended


def _keep(file: Path, folder: Path) -> None:
    """Move a file into the run, so that a later run does not find it."""
    if not file.resolve().is_relative_to(folder.resolve()):
        content = file.read_bytes()
        (folder / file.name).write_bytes(content)
        file.unlink()
