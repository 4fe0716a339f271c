"""The command that shows the results of two experiments side by side: compare."""

from __future__ import annotations

import argparse
from typing import Any

from compiler.base.diagnostics import InputError
from proband.cli.exit_codes import DONE, WRONG_INPUT
from proband.cli.output import print_answer
from proband.cli.plan_access import compile_plan, print_broken, select_experiments


def add_result_commands(commands: Any) -> None:
    summary = "show the results of two experiments side by side"
    parser = commands.add_parser("compare", help=summary, description=summary)
    parser.add_argument("left", metavar="A")
    parser.add_argument("right", metavar="B")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=compare)


def compare(args: argparse.Namespace) -> int:
    from rules.results.two_experiments.side_by_side import side_by_side

    lab, plan = compile_plan(args)
    names = select_experiments([args.left, args.right], plan)
    if args.left == args.right:
        raise InputError(f"both experiments are '{args.left}' (name two experiments)")
    if print_broken(plan, names):
        return WRONG_INPUT
    both = side_by_side(lab, plan, args.left, args.right)

    def as_table() -> Any:
        from rules.results.two_experiments.render_side_by_side import side_by_side_view

        return side_by_side_view(both)

    print_answer(args, both.to_json, as_table)
    return DONE
