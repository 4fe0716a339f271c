"""Commands that show single runs: runs, best, show."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import InputError
from proband.cli.exit_codes import DONE, NOT_SUPPORTED, WRONG_INPUT
from proband.cli.output import print_answer, print_json
from proband.cli.plan_access import compile_plan, print_broken, select_experiments

if TYPE_CHECKING:
    from compiler.plan.model import Plan
    from compiler.run_table.run_row import RunRow

_FORMATS = ("table", "csv", "parquet", "json")


def add_run_commands(commands: Any) -> None:
    summary = "show all runs, or those of an experiment, with their parameters and metrics"
    parser = commands.add_parser("runs", help=summary, description=summary)
    parser.add_argument("experiment", metavar="EXPERIMENT", nargs="?")
    parser.add_argument("--where", metavar="EXPR", help="select runs: 'val/acc > 0.9 and model.lr in (0.01, 0.1)'")
    parser.add_argument("--sort", metavar="KEY", help="sort by a column; runs without a value come last")
    parser.add_argument("--descending", action="store_true", help="sort from the largest to the smallest value")
    parser.add_argument("--columns", metavar="KEYS", help="show these columns, separated by commas")
    parser.add_argument("--format", choices=_FORMATS, default="table", help="default: table")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    parser.set_defaults(command=runs)
    summary = "show the best run of an experiment"
    parser = commands.add_parser("best", help=summary, description=summary)
    parser.add_argument("experiment", metavar="EXPERIMENT")
    parser.add_argument("--metric", help="default: the metric of the registered test or of the search, else accuracy")
    parser.add_argument("--goal", choices=("maximize", "minimize"), help="for a metric that has no registered goal")
    parser.add_argument("--stale", action="store_true", help="include runs whose code has changed since")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=best)
    summary = "show a run: its state, metrics, parameters, files and origin"
    parser = commands.add_parser("show", help=summary, description=summary)
    parser.add_argument("run", metavar="RUN", help="an id, the beginning of an id, a point, or EXPERIMENT/POINT")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=show)


def runs(args: argparse.Namespace) -> int:
    from compiler.run_table.columns import find_column
    from compiler.run_table.filter_expression import parse_filter
    from compiler.run_table.read_rows import read_rows, rows_of
    from compiler.run_table.sort_rows import sort_rows
    from compiler.view.shown_experiments import shown_experiments

    lab, plan = compile_plan(args)
    names = select_experiments([args.experiment], plan) if args.experiment else shown_experiments(lab, plan)
    all_rows = read_rows(lab, plan)
    rows = list(rows_of(all_rows, args.experiment)) if args.experiment else _shown_rows(all_rows, names)
    if args.where is not None:
        rows = list(filter(parse_filter(args.where, all_rows), rows))
    if args.sort is not None:
        rows = sort_rows(rows, find_column(args.sort, all_rows), descending=args.descending)
    _print_rows(args, plan, rows, all_rows)
    if not rows:
        print("no run matches" if args.where else "no runs", file=sys.stderr)
    print_broken(plan, names)
    return DONE


def best(args: argparse.Namespace) -> int:
    from compiler.run_table.best_run import NoBestRun, best_run
    from compiler.run_table.read_rows import read_rows, rows_of
    from compiler.run_table.run_details import read_details

    lab, plan = compile_plan(args)
    select_experiments([args.experiment], plan)
    if print_broken(plan, [args.experiment]):
        return WRONG_INPUT
    planned, rows = plan.experiments[args.experiment], rows_of(read_rows(lab, plan), args.experiment)
    try:
        selected = best_run(planned, rows, args.metric, args.goal, includes_stale=args.stale)
    except NoBestRun as error:
        print(error, file=sys.stderr)
        return NOT_SUPPORTED

    def as_table() -> Any:
        from compiler.run_table.render_run import best_view

        return best_view(selected, read_details(lab, selected.row))

    print_answer(args, lambda: {"schema_version": 1, **selected.to_json()}, as_table)
    print(selected.note, file=sys.stderr)
    return DONE


def show(args: argparse.Namespace) -> int:
    from compiler.reproduction.badge import badge, badge_json, stored_reproductions
    from compiler.run_table.find_run import find_run
    from compiler.run_table.read_rows import read_row, run_names
    from compiler.run_table.run_details import read_details

    lab, plan = compile_plan(args)
    details = read_details(lab, read_row(lab, plan, find_run(run_names(lab, plan), args.run)))
    repeated = stored_reproductions(lab, [details.row.run])
    for damaged in repeated.damaged:
        print(damaged, file=sys.stderr)

    def as_table() -> Any:
        from rich.console import Group
        from rich.text import Text

        from compiler.run_table.render_run import run_view

        line = badge(repeated)
        return Group(run_view(details), *([Text(f"\n{line}")] if line else []))

    def as_json() -> dict[str, Any]:
        return {"schema_version": 1, **details.to_json(), "reproduction": badge_json(repeated)}

    print_answer(args, as_json, as_table)
    return DONE


def _shown_rows(rows: Sequence[RunRow], names: Sequence[str]) -> list[RunRow]:
    """Return the runs of these experiments, and all others that are not waiting."""
    return [row for row in rows if row.state != "waiting" or not set(names).isdisjoint(row.experiments)]


def _print_rows(args: argparse.Namespace, plan: Plan, rows: Sequence[RunRow], all_rows: Sequence[RunRow]) -> None:
    from compiler.run_table.select_columns import all_columns, named_columns, short_columns

    chosen = named_columns(args.columns.split(","), all_rows) if args.columns is not None else None
    if args.format == "json":
        print_json({"schema_version": 1, "runs": [row.to_json() for row in rows]})
    elif args.format == "csv":
        from compiler.run_table.csv_text import csv_text

        print(csv_text(rows, chosen or all_columns(rows)), end="")
    elif args.format == "parquet":
        from proband.api.frames import parquet_bytes

        if sys.stdout.isatty():
            raise InputError("--format parquet: is binary (write it to a file: proband runs --format parquet > FILE)")
        sys.stdout.buffer.write(parquet_bytes(rows, chosen or all_columns(rows)))
    else:
        from compiler.run_table.render_rows import runs_table
        from compiler.view.rich_output import print_rich

        print_rich(runs_table(rows, chosen or short_columns(rows, plan, args.experiment)))
