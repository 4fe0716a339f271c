"""The command that processes the jobs of the queue: work."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from compiler.base.trust import require_trust
from proband.cli.exit_codes import DONE, INTERRUPTED, NOT_SUPPORTED
from proband.cli.plan_access import existing_lab
from proband.cli.queue.queue_commands import print_message
from rules.build_process.build_options import add_cores, require_profile

if TYPE_CHECKING:
    from lab.queue.jobs import Job
    from lab.worker.process_job import Outcome


def add_work_command(commands: Any) -> None:
    summary = "process the jobs of the queue until Ctrl-C: compile each, build it, and move it with its results"
    parser = commands.add_parser("work", help=summary, description=summary)
    parser.add_argument("--once", action="store_true", help="exit when no job waits")
    add_cores(parser)
    parser.add_argument("--profile", metavar="FOLDER", help="a profile of Snakemake, such as profiles/slurm")
    parser.set_defaults(command=work)


def work(args: argparse.Namespace) -> int:
    from lab.worker.lab_tools import admission_problem, compile_spec, hold_message, read_spec
    from lab.worker.run_build import build_command
    from lab.worker.tools import Tools
    from lab.worker.work_loop import work as process_jobs

    lab = existing_lab(args)
    require_trust(lab)
    require_profile(lab, args.profile)
    tools = Tools(read_spec, compile_spec, admission_problem, build_command(args.cores, args.profile), hold_message)
    done = process_jobs(lab, tools, args.once, _print_start, _print_end, _print_hold)
    jobs = "job" if done.completed == 1 else "jobs"
    print_message(f"{done.completed} {jobs} completed, {done.failed} failed")
    if done.is_interrupted:
        return INTERRUPTED
    return NOT_SUPPORTED if done.failed or done.held else DONE


def _print_start(job: Job) -> None:
    print_message(f"{job.name}: {job.experiment_id or '?'} ({job.priority} priority), started")


def _print_end(job: Job, outcome: Outcome) -> None:
    print_message(f"{job.name}: {job.experiment_id or '?'}: {outcome.state}: {outcome.message}")


def _print_hold(hold: str) -> None:
    print_message(f"no job is started: {hold}")
