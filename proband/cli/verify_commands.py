"""The command that verifies a finished lab: verify."""

from __future__ import annotations

import argparse
from typing import Any

from proband.cli.exit_codes import DONE, NOT_SUPPORTED, WRONG_INPUT
from proband.cli.output import print_answer
from proband.cli.plan_access import add_experiments, existing_lab, print_broken, selected_or_shown


def add_verify_command(commands: Any) -> None:
    summary = "rehash all files of the runs, compute everything again, and compare it with the files of the lab"
    parser = commands.add_parser("verify", help=summary, description=summary)
    add_experiments(parser, verify)
    parser.add_argument("--deep", action="store_true", help="repeat the test of every run from its checkpoint as well")


def verify(args: argparse.Namespace) -> int:
    from compiler.plan.compile_lab import compile_lab
    from compiler.plan.manifest import build_plan
    from rules.verification.verify_lab import verify_lab

    lab = existing_lab(args)
    overrides = [word for word in args.experiments if "=" in word]
    outcome = compile_lab(lab, overrides)  # not the stored plan, which is one of the files to verify
    plan = build_plan(outcome.compilation)
    names = selected_or_shown(args, lab, plan)
    verification = verify_lab(lab, outcome, names if len(args.experiments) > len(overrides) else None, args.deep)

    def as_table() -> Any:
        from rules.verification.table import verification_table

        return verification_table(verification)

    print_answer(args, verification.to_json, as_table)
    is_broken = print_broken(plan, names)
    if not verification.holds:
        return NOT_SUPPORTED
    return WRONG_INPUT if is_broken else DONE
