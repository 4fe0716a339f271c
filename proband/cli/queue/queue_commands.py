"""The commands that show and change the queue: queue, cancel, retry."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from compiler.base.printable import printable_line
from proband.cli.exit_codes import DONE
from proband.cli.output import print_answer, print_json
from proband.cli.plan_access import existing_lab


def add_queue_commands(commands: Any) -> None:
    summary = "list the jobs of the queue in the order in which workers start them"
    parser = commands.add_parser("queue", help=summary, description=summary)
    parser.add_argument("--all", action="store_true", help="list completed and failed jobs as well")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=queue)
    for name, command, summary in (
        ("cancel", cancel, "take a waiting job out of the queue, or stop a running one"),
        ("retry", retry, "put a failed job back into the queue"),
    ):
        parser = commands.add_parser(name, help=summary, description=summary)
        parser.add_argument("job", metavar="JOB", help="the name of a file in queue/ or failed/, or an experiment")
        parser.add_argument("--as", dest="as_name", metavar="NAME", help="your name (default: git's user.name)")
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(command=command)
    commands.choices["cancel"].add_argument("--why", default="", metavar="TEXT", help="the reason, which is recorded")


def queue(args: argparse.Namespace) -> int:
    from lab.queue.listing import list_queue
    from lab.worker.lab_tools import hold_message

    lab = existing_lab(args)
    listing = list_queue(lab)
    hold = hold_message(lab)

    def as_table() -> Any:
        from proband.cli.queue.queue_table import queue_view

        return queue_view(listing, hold, lists_finished=args.all)

    print_answer(args, lambda: listing.to_json() | {"hold": hold}, as_table)
    return DONE


def cancel(args: argparse.Namespace) -> int:
    from lab.approvals.person import person
    from lab.queue.cancel import cancel as cancel_job

    lab = existing_lab(args)
    cancelled = cancel_job(lab, args.job, person(lab, args.as_name).name, args.why)
    if args.json:
        print_json({"schema_version": 1, "job": cancelled.job.name, "state": cancelled.state})
    elif cancelled.state == "stopping":
        print(printable_line(f"{cancelled.job.name}: {cancelled.worker or 'its worker'} stops the build"))
    else:
        print(f"{cancelled.job.name}: cancelled (proband retry puts it back into the queue)")
    return DONE


def retry(args: argparse.Namespace) -> int:
    from lab.approvals.person import person
    from lab.queue.cancel import retry as retry_job

    lab = existing_lab(args)
    person(lab, args.as_name)
    job = retry_job(lab, args.job)
    if args.json:
        print_json({"schema_version": 1, "job": job.name, "state": "waiting"})
    else:
        print(f"{job.name}: is in the queue again")
    return DONE


def print_message(text: str) -> None:
    print(printable_line(text), file=sys.stderr, flush=True)
