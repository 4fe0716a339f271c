"""Train one run. If the run itself fails, its failure is recorded and the job succeeds."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.fusion.build_groups import FOLDER, BuildGroup, FusedBuild
from compiler.plan.authentic_plan import ForgedRunJob, read_authentic_job
from compiler.plan.planned_run import RunJob
from compiler.runs.current_code import current_code, current_fingerprint
from compiler.runs.data_versions import remote_of, tracked_data
from compiler.runs.fingerprint import targets
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from lightning_modules.data.fetch import DataUnavailable, fetch_data
from lightning_modules.run_store.gpu_lease import own_gpus
from rules.jobserver.lifetime import end_with


class CodeChanging(Exception):
    """It cannot be recorded which code a training executes."""


# Signals that other processes send. Any other signal is a crash of the training, which the next attempt would repeat.
OUTSIDE_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGTERM)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--attempt", type=int, required=True, help="number of this attempt, from 1")
    parser.add_argument(
        "--attempts", type=int, required=True, help="number of attempts; the last one records a failure"
    )
    parser.add_argument("--log", type=Path)
    parser.add_argument("--killed", type=int, metavar="SIGNAL", help="record that this signal killed the training")
    args = parser.parse_args()
    lab = Lab(Path())
    try:
        job = with_threads(read_authentic_job(lab, args.run), os.environ)
    except ForgedRunJob as error:
        print(error, file=sys.stderr)
        return 1
    if args.killed:
        return record_killed(job, lab, args)
    if group_of_build(args, os.environ) and is_stored(job, lab):
        return 0
    try:
        tracked = tracked_data(lab) if job.data else {}
        for path in job.data:  # a run that is built on its own has no data rule before it
            fetch_data(tracked[path], lab, remote_of(path, job.config, tracked))
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    with own_gpus(lab.state / "gpus", job.resources.gpus, os.environ):
        return train(job, lab, args)


def train(job: RunJob, lab: Lab, args: argparse.Namespace) -> int:
    """Train and return the exit code. Transient failures exit with 1, so that Snakemake retries the job."""
    from lightning_modules.failures.classify import TransientFailure
    from lightning_modules.failures.kinds import is_machine_failure
    from lightning_modules.run_store.signals import DebuggerQuit
    from lightning_modules.run_store.train_run import train_run

    mark = lab.machine_failure_mark(args.run)
    try:
        job = with_executed_code(job, lab)
    except CodeChanging as error:
        print(f"run {args.run}: {error}", file=sys.stderr)
        return 1
    try:
        train_with_group(job, lab, args, os.environ)
        write_text(mark, "")  # before the status, because this process can be killed in between
        status = train_run(job, lab, args.attempt, args.attempt >= args.attempts, args.log)
        if not is_machine_failure(status):
            mark.unlink(missing_ok=True)
    except TransientFailure as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        message = f"cannot write status.json: {error} (check free space and permissions of results/)"
        print(f"run {args.run}: {message}", file=sys.stderr)
        return 1
    except DebuggerQuit as error:
        print(error, file=sys.stderr)
        return 130
    except KeyboardInterrupt:
        return 130
    return 0


def train_with_group(job: RunJob, lab: Lab, args: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """Train the run together with others of its group in a child process, if this build fuses them.

    Whatever happens there, this process then goes on as for a run that is trained alone. It finds the run complete, or
    trains it.

    Raises:
        KeyboardInterrupt: The training was interrupted or terminated.
    """
    group = group_of_build(args, environ)
    if group is None:
        return
    build = FusedBuild(Path(environ[FOLDER]))
    if build.is_off(group):
        return
    from lightning_modules.fused_runs.child_process import run_in_child
    from lightning_modules.fused_runs.train_group import train_group

    parent = os.getpid()
    code = run_in_child(lambda: train_group(job, group, build, lab, args.log), lambda: end_with(parent))
    if code < 0:
        build.switch_off(group, f"killed by signal {-code}")
        print(f"the training of {group.size} runs together was killed by signal {-code}", file=sys.stderr)


def group_of_build(args: argparse.Namespace, environ: Mapping[str, str]) -> BuildGroup | None:
    """Return the group of the run, None if this build trains the run alone. A retry trains it alone."""
    return FusedBuild(Path(environ[FOLDER])).group_of(args.run) if FOLDER in environ and args.attempt == 1 else None


def is_stored(job: RunJob, lab: Lab) -> bool:
    """Return whether another job has already stored the run, as a member of an ensemble, with the compiled code."""
    if not lab.status_copy(job.run_id).is_file() or recorded_fingerprint(lab.run(job.run_id)) != job.fingerprint:
        return False
    from lightning_modules.run_store.reuse import reusable_status
    from lightning_modules.run_store.run_lock import run_if_free

    with run_if_free(lab, job.run_id) as is_free:
        return is_free and reusable_status(job, lab) is not None


def with_executed_code(job: RunJob, lab: Lab) -> RunJob:
    """Return the job with the fingerprint of the code that this process executes. It imports the modules of the run.

    If the code has changed since the compile, the run is recorded under its new fingerprint, so that this build does
    not count it and the next build reuses it.

    Raises:
        CodeChanging: The code changed while it was imported, or it is not valid Python any more.
    """
    try:
        code = current_code(lab, job.config)
        import_modules(sorted({target.rpartition(".")[0] for target in targets(job.config)}))
        is_changing = current_fingerprint(lab, job.config) != code.fingerprint
    except SyntaxError as error:
        raise CodeChanging(
            f"{error.filename}:{error.lineno}: {error.msg} (the code has changed; build again)"
        ) from error
    if is_changing:
        raise CodeChanging("its code changed while it was imported")
    if code.fingerprint != job.fingerprint:
        message = f"run {job.run_id}: the code has changed since this build began: the run is trained with the new code"
        print(f"{message}, and counted by the next build", file=sys.stderr)
    return replace(job, fingerprint=code.fingerprint, source=code.source)


def import_modules(names: Iterable[str]) -> None:
    """Import modules. An error is raised again, and recorded, when the training imports the module."""
    for name in names:
        with suppress(Exception, SystemExit):
            import_module(name)


def with_threads(job: RunJob, environ: Mapping[str, str]) -> RunJob:
    """Return the job with the number of threads that Snakemake assigned, which can be less than requested."""
    threads = environ.get("OMP_NUM_THREADS", "")
    resources = {**job.config["resources"], **({"cpus": int(threads)} if threads.isdecimal() else {})}
    return replace(job, config={**job.config, "resources": resources})


def record_killed(job: RunJob, lab: Lab, args: argparse.Namespace) -> int:
    """Record the run as killed after the last attempt; before that, let Snakemake retry it.

    A signal from outside is a failure of the machine, so the next build tries the run again.
    """
    from lightning_modules.run_store.train_run import record_killed_run

    if args.attempt < args.attempts:
        attempt = f"run {args.run}, attempt {args.attempt} of {args.attempts}"
        print(f"{attempt}: killed by signal {args.killed}; Snakemake retries it", file=sys.stderr)
        return 1
    mark = lab.machine_failure_mark(args.run)
    write_text(mark, "")
    status = record_killed_run(job, lab, args.attempt, args.killed, args.log)
    if status.error is None or args.killed not in OUTSIDE_SIGNALS:
        mark.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
