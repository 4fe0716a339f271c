"""The command that prints the output of a training, also while it is running: logs."""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from typing import TYPE_CHECKING, Any

from proband.cli.exit_codes import DONE, NOT_SUPPORTED
from proband.cli.plan_access import compile_plan

if TYPE_CHECKING:
    from compiler.base.paths import Lab

_SECONDS = 1.0  # until the files are read again


def add_logs_command(commands: Any) -> None:
    summary = "print the output of a training, also of a running and a failed one"
    parser = commands.add_parser("logs", help=summary, description=summary)
    parser.add_argument("run", metavar="RUN", help="an id, the beginning of an id, a point, or EXPERIMENT/POINT")
    parser.add_argument("-f", "--follow", action="store_true", help="print new lines until the run ends")
    parser.add_argument("--history", action="store_true", help="print the logged metrics instead of the output")
    parser.set_defaults(command=logs)


def logs(args: argparse.Namespace) -> int:
    from compiler.run_table.find_run import find_run
    from compiler.run_table.read_rows import run_names
    from compiler.view import run_log

    lab, plan = compile_plan(args)
    run = find_run(run_names(lab, plan), args.run).run
    file = run_log.history_file(lab, run) if args.history else run_log.log_file(lab, run)
    is_followed = args.follow and run_log.is_running(lab, run)
    if not file.is_file() and not is_followed:
        print(f"run {run} has no {'history' if args.history else 'log'}: {_reason(lab, run)}", file=sys.stderr)
        return NOT_SUPPORTED
    if is_followed:
        lines = run_log.followed_lines(lab, run, file, lambda: time.sleep(_SECONDS))
    else:
        growing = run_log.GrowingFile(file)
        lines = itertools.chain(growing.new_lines(), growing.last_line())
    for line in lines:
        print(line, flush=is_followed)
    for line in [] if args.history else run_log.failure_lines(lab, run):
        print(line, file=sys.stderr)
    return DONE


def _reason(lab: Lab, run: str) -> str:
    """Return why a run has no file, and what to do."""
    if lab.status(run).is_file():
        return "it was trained by a command in a terminal, which printed it"
    return "it is not trained yet (-f waits only for a run that is being trained)"
