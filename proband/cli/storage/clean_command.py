"""The command that deletes what a lab does not need: clean."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from proband.cli.exit_codes import DONE, NOT_SUPPORTED, WRONG_INPUT
from proband.cli.output import print_answer
from proband.cli.plan_access import compile_plan, existing_lab, print_broken


def add_clean_command(commands: Any) -> None:
    summary = (
        "list what can be deleted, with sizes: orphan runs that nothing names, unfinished runs, checkpoints, caches"
    )
    parser = commands.add_parser("clean", help=summary, description=summary)
    parser.add_argument("--delete", action="store_true", help="delete it")
    parser.add_argument(
        "--checkpoints", action="store_true", help="also checkpoints from which the next build resumes failed trainings"
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=clean)


def clean(args: argparse.Namespace) -> int:
    from lab.cleanup.delete import delete, no_build
    from lab.cleanup.garbage import Collection, find_garbage

    with no_build(existing_lab(args), creates_lock=args.delete):
        lab, plan = compile_plan(args)
        if print_broken(plan, list(plan.broken)):
            print("a spec does not compile, so it is unknown which runs it needs; nothing was deleted", file=sys.stderr)
            return WRONG_INPUT
        collection = find_garbage(lab, plan, resumable=args.checkpoints)
        listed = len(collection.garbage)
        if args.delete:
            deleted = delete(lab, collection.garbage, lambda: datetime.now(UTC))
            collection = Collection(tuple(deleted), collection.kept)

    def as_json() -> dict[str, Any]:
        garbage = [item.to_json(lab) for item in collection.garbage]
        return {"schema_version": 1, "deleted": args.delete, "garbage": garbage, "kept": dict(collection.kept)}

    def as_table() -> Any:
        from lab.cleanup.render import collection_view

        return collection_view(collection, lab)

    print_answer(args, as_json, as_table)
    if not args.delete and collection.garbage:
        print("nothing was deleted (proband clean --delete deletes it)", file=sys.stderr)
    skipped = listed - len(collection.garbage)
    if skipped:
        print(f"{skipped} items were not deleted, because their runs are being trained", file=sys.stderr)
    return NOT_SUPPORTED if skipped else DONE
