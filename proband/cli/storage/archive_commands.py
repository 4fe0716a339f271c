"""The commands that archive finished experiments with DVC, and restore them: archive and restore."""

from __future__ import annotations

import argparse
from typing import Any

from compiler.base.diagnostics import InputError
from compiler.base.printable import printable
from proband.cli.exit_codes import DONE, NOT_SUPPORTED, WRONG_INPUT
from proband.cli.output import print_json
from proband.cli.plan_access import add_experiments, compile_plan, existing_lab, print_broken, select_experiments


def add_archive_commands(commands: Any) -> None:
    summary = "store finished experiments and their runs with DVC, and write pointers for git"
    add_experiments(commands.add_parser("archive", help=summary, description=summary), archive)
    summary = "bring back archived experiments or runs from DVC's cache or remote, verified by their hashes"
    parser = commands.add_parser("restore", help=summary, description=summary)
    add_experiments(parser, restore)
    parser.add_argument("--runs", action="store_true", help="every planned run that is archived and not here")
    parser.add_argument("--remote", metavar="NAME", help="the remote of DVC (default: that of its configuration)")


def archive(args: argparse.Namespace) -> int:
    from lab.archive.archive import archive_experiments, with_results
    from lab.archive.outcome import archived_lines
    from lab.archive.requirements import require_repository

    require_repository(existing_lab(args))
    lab, plan = compile_plan(args)
    names = select_experiments(args.experiments, plan)
    is_broken = print_broken(plan, names)
    archived = archive_experiments(lab, plan, names or with_results(lab, plan))
    _print(args, archived.to_json(), archived_lines(lab, archived))
    if is_broken:
        return WRONG_INPUT
    return NOT_SUPPORTED if archived.refused or (names and archived.unfinished) else DONE


def restore(args: argparse.Namespace) -> int:
    from lab.archive.outcome import restored_lines
    from lab.archive.requirements import require_repository
    from lab.archive.restore import restore_experiments, restore_runs

    names = [word for word in args.experiments if "=" not in word]
    if bool(names) == args.runs:
        raise InputError("name the experiments to restore, or give --runs for the runs of all experiments of the lab")
    lab = existing_lab(args)
    require_repository(lab)
    if args.runs:
        lab, plan = compile_plan(args)
        restored = restore_runs(lab, plan, args.remote)
    else:
        restored = restore_experiments(lab, names, args.remote)
    _print(args, restored.to_json(), restored_lines(restored))
    return NOT_SUPPORTED if restored.problems else DONE


def _print(args: argparse.Namespace, content: dict[str, Any], lines: Any) -> None:
    if args.json:
        print_json(content)
        return
    for line in lines:
        print(printable(line), flush=True)
