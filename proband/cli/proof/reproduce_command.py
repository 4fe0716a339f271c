"""The command that proves that a run can be reproduced: reproduce."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from compiler.base.trust import require_trust
from proband.cli.exit_codes import DONE, NOT_SUPPORTED
from proband.cli.output import print_answer
from proband.cli.plan_access import existing_lab

if TYPE_CHECKING:
    from compiler.base.paths import Lab
    from compiler.reproduction.reproduction import Reproduction


def add_reproduce_command(commands: Any) -> None:
    summary = "train finished runs again from their records, and compare metrics, predictions and weights"
    parser = commands.add_parser("reproduce", help=summary, description=summary)
    parser.add_argument("experiments", nargs="+", metavar="RUN|EXPERIMENT")
    parser.add_argument("--sample", type=_count, metavar="N", help="train at most N runs of an experiment")
    parser.add_argument(
        "--tolerance",
        type=_relative,
        metavar="REL",
        help="relative difference up to which numbers are equal within the tolerance (default 1e-4)",
    )
    parser.add_argument(
        "--at-commit", action="store_true", help="train with the code of the recorded git commit, in a git worktree"
    )
    parser.add_argument("--once", action="store_true", help="make no second training if the results differ")
    parser.add_argument("--as", dest="as_name", metavar="NAME", help="the name in the record (default: that of git)")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=reproduce)


def reproduce(args: argparse.Namespace) -> int:
    from compiler.plan.plan_files import current_plan
    from compiler.reproduction.read_records import reproductions
    from lab.reproduction.answer import Answer, progress_line
    from lab.reproduction.compare_trainings import Options
    from lab.reproduction.rebuild.training_server import training_server
    from lab.reproduction.reproduce_run import reproduce_run
    from lab.reproduction.selection import changed_runs, select_runs
    from lightning_modules.run_store.signals import signals_as_interrupts
    from rules.verification.tolerance import Tolerance

    lab = existing_lab(args)
    require_trust(lab)
    tolerance = Tolerance() if args.tolerance is None else Tolerance(args.tolerance)
    options = Options(tolerance, args.at_commit, args.once, _author(lab, args.as_name))
    selections = select_runs(lab, args.experiments, args.sample, lambda: current_plan(lab, []))
    runs = list(dict.fromkeys(run for selection in selections for run in selection.runs))
    changed = changed_runs(lab, selections)
    made, files = {}, {}
    with signals_as_interrupts(), training_server(args.at_commit):
        for number, run in enumerate(runs, 1):
            step = "was changed after its training, so it is not trained" if run in changed else "training it again"
            print(f"[{number}/{len(runs)}] run {run}: {step}", file=sys.stderr, flush=True)
            made[run] = reproduce_run(lab, run, options)
            files[run] = _recorded(lab, made[run])
            print(f"[{number}/{len(runs)}] {progress_line(made[run])}", file=sys.stderr, flush=True)
    answer = Answer(selections, made, files, reproductions(lab, runs).damaged, changed)
    print_answer(args, answer.to_json, answer.to_text)
    return DONE if answer.is_reproduced else NOT_SUPPORTED


def _recorded(lab: Lab, made: Reproduction) -> str:
    """Record a reproduction, and return the path of its file in the lab. A lab can be read-only: then return ""."""
    from lab.reproduction.records import record

    try:
        return record(lab, made).relative_to(lab.root).as_posix()
    except OSError as error:
        print(f"run {made.run_id}: the result is not recorded: {error}", file=sys.stderr)
        return ""


def _author(lab: Lab, as_name: str | None) -> str:
    """Return the name in the record, "" if a program reproduces the runs or the name is unknown.

    Raises:
        NotAPerson: The given name is not that of a person.
    """
    from lab.approvals.person import NotAPerson, person

    try:
        return person(lab, as_name).name
    except NotAPerson:
        if as_name is not None:
            raise
        return ""


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of runs from 1")
    return int(text)


def _relative(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a relative difference from 0 to below 1, such as 1e-4")
    return value
