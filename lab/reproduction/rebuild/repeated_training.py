"""Train a recorded run again in a scratch lab, in a process of its own, as a build does."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import ENGINE, Lab
from compiler.base.redaction import redact_keys
from compiler.fusion.build_groups import FOLDER
from compiler.plan.planned_run import RunJob
from compiler.runs.provenance_record import DamagedProvenance, ProvenanceRecord, read_provenance
from compiler.runs.run_status import RunStatus, read_complete_status
from compiler.spec.resources import Resources
from lab.reproduction.rebuild.scratch import set_aside
from lab.reproduction.recorded_run import RecordedRun
from lightning_modules.provenance.environment import RECORDED
from rules.jobserver import client
from rules.jobserver.client import ACTOR, ADDRESS
from rules.jobserver.lifetime import GRACE_SECONDS, SERVER_PID

# A repetition must not replace the run on a server. `none` is an old name of `disabled`, which older code reads, too.
_NO_TRACKING = {"mode": "none"}
# Variables of the record that are not set again: they name devices and processes, or could run code.
_NOT_SET = frozenset(
    {"LD_PRELOAD", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"}
    | {"LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "GOMP_CPU_AFFINITY", "KMP_AFFINITY", "OMP_PLACES"}
)
_SETTABLE = frozenset(RECORDED) - _NOT_SET
_PLAIN = re.compile(r"[A-Za-z0-9:,._-]{0,50}")
_MAX_LINES = 5  # of the log of a training that could not be started


@dataclass(frozen=True)
class RepeatedTraining:
    """The result of a repeated training. Without a status, it could not be started, and `message` states why."""

    folder: Path
    status: RunStatus | None
    provenance: ProvenanceRecord | None
    message: str = ""


def train_again(scratch: Lab, run: RecordedRun, number: int, uses_server: bool) -> RepeatedTraining:
    """Train a run in a scratch lab that has its code and its data, and move its outputs aside.

    Args:
        uses_server: whether the job server may train it, which has imported the present code of Proband.

    Raises:
        KeyboardInterrupt: The training was interrupted. Its processes have ended.
    """
    write_json(scratch.run_job(run.id), _job(run).to_json())
    log = scratch.train_log(run.id)
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = training_environment(run, uses_server)
    with log.open("wb") as output:
        code = _wait(
            subprocess.Popen(
                [*_command(environment), run.id, "--attempt", "1", "--attempts", "1", "--log", str(log)],
                cwd=scratch.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        )
    status = read_complete_status(scratch.status(run.id))
    if status is None:
        return RepeatedTraining(scratch.run(run.id), None, None, unstarted_reason(code, log))
    folder = set_aside(scratch, run.id, number)
    try:
        provenance = read_provenance(folder / "provenance.json")
    except DamagedProvenance:
        provenance = None
    return RepeatedTraining(folder, status, provenance)


def _job(run: RecordedRun) -> RunJob:
    config = {**run.config, "tracking": _NO_TRACKING}
    record = run.provenance
    return RunJob(run.id, config, run.data, record.fingerprint, Resources.of_config(config), record.experiments)


def _command(environment: Mapping[str, str]) -> list[str]:
    """Return the command that trains in the job server, or in a process that ends with this one."""
    job = "rules.jobs.train"
    if ADDRESS in environment:
        return [sys.executable, client.__file__, "--supervised", job]
    return [sys.executable, "-m", "rules.jobserver.job", job]


def training_environment(run: RecordedRun, uses_server: bool) -> dict[str, str]:
    """Return the variables of this process, with the recorded settings, and Proband itself importable."""
    record = run.provenance
    threads = {"OMP_NUM_THREADS": str(record.torch_threads)} if record.torch_threads else {}
    settings = threads | {name: value for name, value in record.environment.items() if _is_settable(name, value)}
    replaced = _SETTABLE if record.environment else frozenset(threads)
    inherited = {name: value for name, value in os.environ.items() if name not in replaced}
    folders = [str(ENGINE), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    variables = inherited | settings | {ACTOR: "job:proband reproduce", "PYTHONPATH": os.pathsep.join(folders)}
    variables.pop(FOLDER, None)  # of a build that has started this command: a run is repeated alone
    if not uses_server:
        variables.pop(ADDRESS, None)
    return variables if ADDRESS in variables else variables | {SERVER_PID: str(os.getpid())}


def _is_settable(name: str, value: str) -> bool:
    return name in _SETTABLE and _PLAIN.fullmatch(value) is not None


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process, and stop it and its children if this process is interrupted."""
    try:
        return process.wait()
    except BaseException:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_SECONDS)
                break
        raise


def unstarted_reason(code: int, log: Path) -> str:
    """Return why a training has no status: the signal that killed it, or the end of its log, without keys."""
    if code < 0:
        return f"the training process was ended by signal {-code}"
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return redact_keys(" ".join(lines[-_MAX_LINES:]))[:500] or f"the training process ended with exit code {code}"
