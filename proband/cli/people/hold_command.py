"""The command that stops all admissions and allows them again: hold."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from proband.cli.exit_codes import DONE
from proband.cli.output import print_json
from proband.cli.plan_access import existing_lab


def add_hold_command(commands: Any) -> None:
    summary = "stop all admissions of the lab: workers, advance and builds start nothing until the hold is released"
    parser = commands.add_parser("hold", help=summary, description=summary)
    parser.add_argument("--why", default="", metavar="TEXT", help="the reason, which everybody sees")
    parser.add_argument("--as", dest="as_name", metavar="NAME", help="the person (default: the author in git's config)")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--release", action="store_true", help="release the hold; only a person can")
    action.add_argument("--json", action="store_true", help="show whether the lab is on hold, and change nothing")
    parser.set_defaults(command=hold)


def hold(args: argparse.Namespace) -> int:
    from lab.admission.hold import RELEASE, holder_name, place_hold, read_hold, release_hold
    from lab.approvals.person import person

    lab = existing_lab(args)
    current = read_hold(lab)
    if args.json:
        fields = (
            {"by": current.by, "at": current.at, "why": current.why, "problem": current.problem} if current else None
        )
        print_json({"schema_version": 1, "hold": fields})
    elif args.release:
        released = release_hold(lab, person(lab, args.as_name))
        print("the hold is released" if released else "the lab was not on hold", file=sys.stderr)
    elif current:
        print(f"{current} (nothing was changed; {RELEASE})", file=sys.stderr)
    else:
        placed = place_hold(lab, holder_name(lab, args.as_name), args.why)
        print(f"{placed}; running trainings go on until they end ({RELEASE})", file=sys.stderr)
    return DONE
