"""The command that checks the environment: doctor."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import InputError
from compiler.base.redaction import redact_keys
from proband.cli.exit_codes import DONE, NOT_SUPPORTED
from proband.cli.output import print_json


def add_doctor_command(commands: Any) -> None:
    summary = "check Python, packages, git, DVC, W&B, GPUs, LaTeX, SLURM and the file system, each with the fix"
    parser = commands.add_parser("doctor", help=summary, description=summary)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=doctor)


def doctor(args: argparse.Namespace) -> int:
    """Print one line for each check. Exit code 1 if there is a problem."""
    from proband.doctor.folder_checks import folder_checks
    from proband.doctor.program_checks import program_checks
    from proband.doctor.python_checks import python_checks

    lab = Path(args.directory)
    if not lab.is_dir():
        raise InputError(f"{lab}: there is no such folder")
    checks = []
    for parts in (python_checks, folder_checks, program_checks):
        for check in parts(lab):
            checks.append(check)
            if not args.json:
                print(redact_keys(str(check)), flush=True)
    if args.json:
        print_json({"schema_version": 1, "checks": [asdict(check) for check in checks]})
    has_problem = any(check.state == "problem" for check in checks)
    if has_problem:
        print("Proband cannot work well until the problems are corrected.", file=sys.stderr)
    return NOT_SUPPORTED if has_problem else DONE
