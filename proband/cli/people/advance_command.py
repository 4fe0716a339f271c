"""The command that runs the research loop: advance."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from compiler.base.printable import printable_line
from compiler.base.trust import require_trust
from proband.cli.exit_codes import DONE, NOT_SUPPORTED
from proband.cli.plan_access import existing_lab
from rules.build_process.build_options import add_cores


def add_advance_command(commands: Any) -> None:
    summary = (
        "do one turn of the research loop: build what is admitted, then decide on new proposals by the lab's level"
    )
    parser = commands.add_parser("advance", help=summary, description=summary)
    add_cores(parser)
    parser.set_defaults(command=advance)


def advance(args: argparse.Namespace) -> int:
    from lab.advance.advance import Loop
    from lab.advance.build import snakemake_build
    from lab.advance.only_loop import only_loop

    lab = existing_lab(args)
    require_trust(lab)
    with only_loop(lab, os.environ):
        end = Loop(lab, lambda policy: snakemake_build(lab, policy, args.cores), _print_step).run()
    _print_step(f"stopped: {end.reason}")
    return NOT_SUPPORTED if end.failed else DONE


def _print_step(line: str) -> None:
    print(printable_line(line), file=sys.stderr, flush=True)
