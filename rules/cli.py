"""All of `proband`: the compiler's commands, and those that ask what was found and what supports it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from compiler import cli
from compiler.errors import CompileError, Diagnostic
from compiler.paths import Lab

DID_NOT_HOLD = 1


def main(argv: Sequence[str] | None = None) -> int:
    return cli.main(argv, add_commands)


def facts(args: argparse.Namespace) -> int:
    from agents.facts.table import facts_table

    known = _case(args, args.experiment).book.facts.values()
    if args.json:
        told = {"schema_version": 1, "experiment_id": args.experiment}
        cli.print_json(told | {"facts": [one.to_json() for one in known]})
    else:
        _print(facts_table(known))
    return cli.DONE


def _case(args: argparse.Namespace, experiment: str) -> Any:
    from rules.case import read_case

    lab, plan = cli.compiled_plan(args)
    cli.asked([experiment], plan)
    file = lab.facts(experiment)
    if not file.is_file():
        raise CompileError([_missing(lab, file, f"snakemake --cores 2 {experiment}")])
    return read_case(lab, plan, experiment)


def _missing(lab: Lab, file: Path, hint: str) -> Diagnostic:
    return Diagnostic(str(file.relative_to(lab.root)), 1, 1, "", "is not written yet", hint)


def _print(what: Any) -> None:
    from compiler.render import print_rich

    print_rich(what)


def add_commands(commands: Any) -> None:
    sub = commands.add_parser("facts", help="what is known about an experiment, and from where")
    sub.add_argument("experiment", metavar="EXPERIMENT")
    sub.add_argument("--json", action="store_true")
    sub.set_defaults(command=facts)


if __name__ == "__main__":
    sys.exit(main())
