"""The command that trains one run with Hydra's command line: train."""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from typing import Any

from lab.approvals.person import require_person
from proband.cli.exit_codes import DONE
from proband.cli.plan_access import existing_lab

_PROGRAM = "lightning_modules.train"


def add_train_command(commands: Any) -> None:
    summary = "train one run in this process, with Hydra's command line: experiment=digits_lr seed=3"
    # No argument is an option of Proband: `-m` and `--cfg job` are Hydra's.
    parser = commands.add_parser("train", help=summary, add_help=False, prefix_chars="\0")
    parser.add_argument("words", nargs="*")
    parser.set_defaults(command=train, runs_lab_code=True)


def train(args: argparse.Namespace) -> int:
    """Run `python -m lightning_modules.train` with the same arguments in this process.

    Raises:
        NotAPerson: A program started this process. It trains only in builds, which need an approval.
    """
    require_person("train (it can propose an experiment, which a person approves)")
    os.chdir(existing_lab(args).root)
    sys.argv = [_PROGRAM, *args.words]
    if os.getcwd() not in sys.path:  # `python -m` puts it there
        sys.path.insert(1, os.getcwd())
    runpy.run_module(_PROGRAM, run_name="__main__", alter_sys=True)
    return DONE
