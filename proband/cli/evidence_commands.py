"""Commands that show the facts of an experiment and compare texts with them: facts, trace, check."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from proband.cli.exit_codes import DONE, NOT_SUPPORTED
from proband.cli.output import print_answer, print_json
from proband.cli.plan_access import compile_plan, select_experiments

if TYPE_CHECKING:
    from agents.context.case import Book


def add_evidence_commands(commands: Any) -> None:
    parser = commands.add_parser("facts", help="show the facts of an experiment and their sources")
    parser.add_argument("experiment", metavar="EXPERIMENT")
    parser.set_defaults(command=facts)
    parser.add_argument("--json", action="store_true")
    parser = commands.add_parser("trace", help="show the files that a number in a report was computed from")
    parser.add_argument("report", metavar="REPORT", help="a file in an experiment's reports/")
    parser.add_argument("query", metavar="NUMBER-OR-FACT", help="a number as the report shows it, or the id of a fact")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=trace)
    parser = commands.add_parser("check", help="check a text against the facts and verdicts of an experiment")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--experiment", metavar="EXPERIMENT", required=True)
    parser.add_argument("--template", action="store_true", help="apply the strict rules for a text with placeholders")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=check)


def facts(args: argparse.Namespace) -> int:
    from agents.facts.table import facts_table

    experiment_facts = _book(args, args.experiment).facts.values()
    document = {
        "schema_version": 1,
        "experiment_id": args.experiment,
        "facts": [fact.to_json() for fact in experiment_facts],
    }
    print_answer(args, lambda: document, lambda: facts_table(experiment_facts))
    return DONE


def trace(args: argparse.Namespace) -> int:
    from agents.documents import trace as tracing
    from agents.documents.report_json import report_from_json

    lab = Lab(Path(args.directory))
    file = (lab.root / args.report).with_suffix(".json")
    if not file.is_file():
        raise CompileError([_missing_file(lab, file, "name a file in an experiment's reports/")])
    report = report_from_json(read_json(file))
    try:
        origin = tracing.trace(report, _book(args, report.document.experiment_id).facts, args.query)
    except tracing.NothingToTrace as error:
        print(error, file=sys.stderr)
        return NOT_SUPPORTED
    print_answer(args, origin.to_json, lambda: origin)
    return DONE


def check(args: argparse.Namespace) -> int:
    from agents.review.check_file import UnreadableText, check_file
    from agents.review.text.objection import objections_json, objections_table

    file = Path(args.directory) / args.file
    try:
        objections = check_file(file, _book(args, args.experiment), template=args.template)
    except (UnreadableText, OSError) as error:
        raise CompileError([Diagnostic(args.file, 1, 1, "", f"cannot be checked: {error}")]) from error
    if args.json:
        print_json({"schema_version": 1, "file": args.file, "objections": objections_json(objections)})
    elif objections:
        print_answer(args, lambda: None, lambda: objections_table(objections))
    else:
        print(f"{args.file}: every number and comparison is supported", file=sys.stderr)
    return NOT_SUPPORTED if objections else DONE


def _book(args: argparse.Namespace, experiment: str) -> Book:
    """Return the index of facts, verdicts, spec values and library entries of an experiment.

    Raises:
        CompileError: The experiment has no facts yet.
    """
    from rules.reporting.load_case import read_writers_case

    lab, plan = compile_plan(args)
    select_experiments([experiment], plan)
    file = lab.facts(experiment)
    if experiment in plan.broken or not file.is_file():
        command = f"snakemake --cores 2 {file.relative_to(lab.root)}"
        raise CompileError([_missing_file(lab, file, command)])
    return read_writers_case(lab, plan, experiment).book


def _missing_file(lab: Lab, file: Path, hint: str) -> Diagnostic:
    return Diagnostic(str(file.relative_to(lab.root)), 1, 1, "", "does not exist", hint)
