"""All of `proband`: the compiler's commands, and those that ask what was found and what supports it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import Lab
from proband.cli import compiling as cli

if TYPE_CHECKING:
    from agents.context.case import Book

DID_NOT_HOLD = 1


def main(argv: Sequence[str] | None = None) -> int:
    return cli.main(argv, add_commands)


def facts(args: argparse.Namespace) -> int:
    """What is known about an experiment, its analysts' facts included."""
    from agents.facts.table import facts_table

    found = _book(args, args.experiment).facts.values()
    told = {"schema_version": 1, "experiment_id": args.experiment, "facts": [one.to_json() for one in found]}
    return _answer(args, lambda: told, lambda: facts_table(found))


def trace(args: argparse.Namespace) -> int:
    """From a number in a report to the files it was read from."""
    from agents.documents.trace import NothingToTrace
    from agents.documents.trace import trace as traced
    from compiler.base.json_files import read_json

    lab = Lab(Path(args.directory))
    report = (lab.root / args.report).with_suffix(".json")
    if not report.is_file():
        raise CompileError([_missing(lab, report, "name a file in an experiment's reports/")])
    experiment = read_json(report)["document"]["experiment_id"]
    try:
        found = traced(read_json(report), _book(args, experiment).facts, args.query)
    except NothingToTrace as error:
        print(error, file=sys.stderr)
        return DID_NOT_HOLD
    return _answer(args, found.to_json, lambda: found)


def check(args: argparse.Namespace) -> int:
    """Whether facts and verdicts support what a text says."""
    from agents.review.check import UnreadableText
    from agents.review.check import check as checked
    from agents.review.text.objection import objections_json, objections_table

    file = Path(args.directory) / args.file
    try:
        found = checked(file, _book(args, args.experiment), template=args.template)
    except (UnreadableText, OSError) as error:
        raise CompileError([Diagnostic(args.file, 1, 1, "", f"cannot be checked: {error}")]) from error
    if args.json:
        cli.print_json({"schema_version": 1, "file": args.file, "objections": objections_json(found)})
    elif found:
        _print(objections_table(found))
    else:
        print(f"{args.file}: every number and comparison is supported", file=sys.stderr)
    return DID_NOT_HOLD if found else cli.DONE


def explain(args: argparse.Namespace) -> int:
    """With `--prompts`, exactly what a language model would be sent."""
    if not args.prompts:
        return cli.explain(args)
    from rules.reporting.prompt_preview import prompts_of

    lab, plan = cli.compiled_plan(args)
    names = cli.asked(args.experiments, plan)
    found = {name: prompts_of(lab, plan, name) for name in names if name in plan.experiments and _is_told(lab, name)}
    if args.json:
        cli.print_json({"schema_version": 1, "experiments": {name: one.to_json() for name, one in found.items()}})
    else:
        print("\n".join(map(str, found.values())))
    return cli.WRONG_INPUT if cli.tell_broken(plan, names) else cli.DONE


def _is_told(lab: Lab, experiment: str) -> bool:
    """Whether there is anything to word yet."""
    if lab.integration(experiment).is_file():
        return True
    print(f"{experiment}: nothing to be worded before its first build", file=sys.stderr)
    return False


def _book(args: argparse.Namespace, experiment: str) -> Book:
    from rules.reporting.load_case import read_case, read_known

    lab, plan = cli.compiled_plan(args)
    cli.asked([experiment], plan)
    file = lab.facts(experiment)
    if experiment in plan.broken or not file.is_file():
        raise CompileError([_missing(lab, file, f"snakemake --cores 2 {lab.facts(experiment).relative_to(lab.root)}")])
    return read_known(lab, plan, read_case(lab, plan, experiment))


def _missing(lab: Lab, file: Path, hint: str) -> Diagnostic:
    return Diagnostic(str(file.relative_to(lab.root)), 1, 1, "", "is not there", hint)


def _answer(args: argparse.Namespace, data: Callable[[], Any], shown: Callable[[], Any]) -> int:
    if args.json:
        cli.print_json(data())
    else:
        _print(shown())
    return cli.DONE


def _print(what: Any) -> None:
    from compiler.view.render import print_rich

    print_rich(what)


def add_commands(commands: Any) -> None:
    sub = commands.choices["explain"]
    sub.add_argument("--prompts", action="store_true", help="show what a language model would be sent")
    sub.set_defaults(command=explain)
    sub = commands.add_parser("facts", help="what is known about an experiment, and from where")
    sub.add_argument("experiment", metavar="EXPERIMENT")
    sub.set_defaults(command=facts)
    sub.add_argument("--json", action="store_true")
    sub = commands.add_parser("trace", help="where a number in a report comes from")
    sub.add_argument("report", metavar="REPORT", help="a file in an experiment's reports/")
    sub.add_argument("query", metavar="NUMBER-OR-FACT", help="a number as the report shows it, or the id of a fact")
    sub.add_argument("--json", action="store_true")
    sub.set_defaults(command=trace)
    sub = commands.add_parser("check", help="whether facts and verdicts support what a text says")
    sub.add_argument("file", metavar="FILE")
    sub.add_argument("--experiment", metavar="EXPERIMENT", required=True)
    sub.add_argument("--template", action="store_true", help="the strict rule, for a text with placeholders")
    sub.add_argument("--json", action="store_true")
    sub.set_defaults(command=check)


if __name__ == "__main__":
    sys.exit(main())
