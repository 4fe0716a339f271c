"""The command that processes the jobs of the queue: work."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import Diagnostic
from compiler.base.paths import Lab
from compiler.base.trust import require_trust
from proband.cli.exit_codes import DONE, INTERRUPTED, NOT_SUPPORTED
from proband.cli.plan_access import existing_lab
from proband.cli.queue.queue_commands import hold_message, print_message

if TYPE_CHECKING:
    from lab.queue.jobs import Job
    from lab.worker.process_job import Outcome
    from lab.worker.spec_file import SpecText


def add_work_command(commands: Any) -> None:
    summary = "process the jobs of the queue until Ctrl-C: compile each, build it, and move it with its results"
    parser = commands.add_parser("work", help=summary, description=summary)
    parser.add_argument("--once", action="store_true", help="exit when no job waits")
    parser.add_argument("--cores", default="all", metavar="N", help="cores of each build (default: all)")
    parser.add_argument("--profile", metavar="FOLDER", help="a profile of Snakemake, such as profiles/slurm")
    parser.set_defaults(command=work)


def work(args: argparse.Namespace) -> int:
    from lab.worker.run_build import build_command
    from lab.worker.tools import Tools
    from lab.worker.work_loop import work as process_jobs

    lab = existing_lab(args)
    require_trust(lab)
    tools = Tools(read_spec, compile_spec, build_command(args.cores, args.profile), hold_message)
    done = process_jobs(lab, tools, args.once, _print_start, _print_end, _print_hold)
    print_message(f"{done.completed} jobs completed, {done.failed} failed")
    if done.is_interrupted:
        return INTERRUPTED
    return NOT_SUPPORTED if done.failed or done.held else DONE


def read_spec(lab: Lab, job: Job, text: bytes) -> SpecText:
    """Return the spec in the text of a job. It is mapped again, because the job or `conf/import.yaml` may be edited."""
    from lab.intake.read_job import read_job
    from lab.worker.spec_file import SpecText

    submitted = read_job(lab, text, job.name, job.experiment_id)
    return SpecText(submitted.experiment_id, submitted.spec.encode())


def compile_spec(lab: Lab, experiment: str) -> Sequence[str]:
    """Return the diagnostics of an experiment that does not compile.

    Raises:
        CompileError: A file that all experiments share is wrong.
    """
    from compiler.plan.plan_files import current_plan

    plan = current_plan(lab)
    if experiment in plan.experiments or experiment in plan.broken:
        return plan.broken.get(experiment, ())
    return (str(Diagnostic(f"conf/experiment/{experiment}.yaml", 1, 1, "", "defines another experiment_id")),)


def _print_start(job: Job) -> None:
    print_message(f"{job.name}: {job.experiment_id or '?'} ({job.priority} priority), started")


def _print_end(job: Job, outcome: Outcome) -> None:
    print_message(f"{job.name}: {job.experiment_id or '?'}: {outcome.state}: {outcome.message}")


def _print_hold(hold: str) -> None:
    print_message(f"no job is started: {hold}")
