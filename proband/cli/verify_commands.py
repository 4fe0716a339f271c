"""The command that verifies a finished lab: verify."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from typing import Any

from compiler.base.trust import is_trusted, require_trust
from compiler.python_source.import_path import importable
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
    from lab.admission.check_decisions import check_decisions
    from lab.approvals.person import as_program
    from rules.verification.check import Verification
    from rules.verification.verify_lab import verify_lab

    lab = existing_lab(args)
    if args.deep:
        require_trust(lab)
    overrides = [word for word in args.experiments if "=" in word]
    outcome = compile_lab(lab, overrides)  # not the stored plan, which is one of the files to verify
    plan = build_plan(outcome.compilation)
    names = selected_or_shown(args, lab, plan)
    selected = names if len(args.experiments) > len(overrides) else None
    runs_lab_code = importable(lab.root) if is_trusted(lab) else nullcontext()  # to compute the results again
    with runs_lab_code, as_program("job:proband verify"):
        checks = verify_lab(lab, outcome, selected, args.deep).checks
    verification = Verification((*checks, check_decisions(lab, plan, names)))

    def as_table() -> Any:
        from rules.verification.table import verification_table

        return verification_table(verification)

    print_answer(args, verification.to_json, as_table)
    is_broken = print_broken(plan, names)
    if not verification.holds:
        return NOT_SUPPORTED
    return WRONG_INPUT if is_broken else DONE
