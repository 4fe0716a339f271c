"""The command that uploads the logs of tracked runs and validates them on the server: sync."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from compiler.base.printable import printable
from proband.cli.exit_codes import DONE, NOT_SUPPORTED, WRONG_INPUT
from proband.cli.output import print_json
from proband.cli.plan_access import add_experiments, compile_plan, print_broken, select_experiments

if TYPE_CHECKING:
    from lab.sync.upload_runs import SyncedRun


def add_sync_command(commands: Any) -> None:
    summary = "upload the W&B logs of finished runs that are not on the server, and validate them there"
    add_experiments(commands.add_parser("sync", help=summary, description=summary), sync)


def sync(args: argparse.Namespace) -> int:
    from lab.sync.pending_runs import pending_runs
    from lab.sync.upload_runs import check_again, exclusive_sync, upload_runs

    lab, plan = compile_plan(args)
    names = select_experiments(args.experiments, plan)
    is_broken = print_broken(plan, names)
    experiments = [name for name in names or sorted(plan.experiments) if name in plan.experiments]
    with exclusive_sync(lab):
        pending = list(pending_runs(lab, plan, experiments))
        synced = []
        for run in upload_runs(lab, pending):
            synced.append(run)
            if run.is_tried:
                _print(args, f"{run.run_id}: {run.problem or 'uploaded'}")
        for line in untried_lines(synced):
            _print(args, line)
        uploaded = {run.run_id for run in synced if not run.problem}
        verdicts = list(check_again(lab, plan, uploaded))
    for verdict in verdicts:
        _print(args, f"{verdict.experiment}: {verdict.run_id}: {verdict.status}: {verdict.detail}")
    if args.json:
        print_json({"schema_version": 1, "runs": list(map(asdict, synced)), "verdicts": list(map(asdict, verdicts))})
    elif verdicts:
        print(f"results, gates and reports follow with the next build: snakemake --cores 2 {_changed(verdicts)}")
    elif not pending:
        print("no finished run is to be uploaded (runs are recorded with: override /tracking: offline in a spec)")
    if is_broken:
        return WRONG_INPUT
    is_done = len(uploaded) == len(pending) and all(verdict.validated for verdict in verdicts)
    return DONE if is_done else NOT_SUPPORTED


def untried_lines(synced: Sequence[SyncedRun]) -> Iterator[str]:
    """Yield a line for each reason for which runs were not tried, with their number."""
    printed = {run.problem for run in synced if run.is_tried}
    for problem, count in Counter(run.problem for run in synced if not run.is_tried).items():
        reason = " for the same reason" if problem in printed else f": {problem}"
        yield f"{count} {'run was' if count == 1 else 'runs were'} not uploaded{reason}"


def _changed(verdicts: list[Any]) -> str:
    return " ".join(sorted({verdict.experiment for verdict in verdicts}))


def _print(args: argparse.Namespace, line: str) -> None:
    if not args.json:
        print(printable(line), flush=True)
