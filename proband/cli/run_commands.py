"""Commands that show single runs: runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import InputError
from proband.cli.exit_codes import DONE
from proband.cli.output import print_json
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


def runs(args: argparse.Namespace) -> int:
    from compiler.run_table.columns import find_column
    from compiler.run_table.filter_expression import parse_filter
    from compiler.run_table.read_rows import read_rows, rows_of
    from compiler.run_table.sort_rows import sort_rows

    lab, plan = compile_plan(args)
    if args.experiment:
        select_experiments([args.experiment], plan)
    all_rows = read_rows(lab, plan)
    rows = [*rows_of(all_rows, args.experiment)] if args.experiment else [row for row in all_rows if _is_own(row, plan)]
    if args.where is not None:
        rows = list(filter(parse_filter(args.where, all_rows), rows))
    if args.sort is not None:
        rows = sort_rows(rows, find_column(args.sort, all_rows), descending=args.descending)
    _print_rows(args, plan, rows, all_rows)
    if not rows:
        print("no run matches" if args.where else "no runs", file=sys.stderr)
    print_broken(plan, [args.experiment] if args.experiment else list(plan.broken))
    return DONE


def _is_own(row: RunRow, plan: Plan) -> bool:
    """Return whether a run is listed without asking for its experiment: all but waiting runs of the engine's specs."""
    has_own_spec = any(name not in plan.experiments or plan.experiments[name].is_own for name in row.experiments)
    return row.orphan or has_own_spec or row.state != "waiting"


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
