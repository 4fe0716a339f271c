"""Notice results that cite a registration which the chain does not contain, so that they are computed again.

Otherwise a build would leave a confirmatory verdict in place after its registration was deleted.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable

from snakemake.exceptions import WorkflowError

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.registration.chain import DamagedChain, read_chain
from rules.build.changes.changed_runs import free_folder


def results_without_entry(lab: Lab, experiments: Iterable[str]) -> list[str]:
    """Return the experiments whose results cite a missing entry.

    Raises:
        WorkflowError: The chain is damaged. Without this error, a build with nothing to do would end with success.
    """
    if not (cited := {name: entry for name in experiments if (entry := _cited_entry(lab, name))}):
        return []
    try:
        entries = {entry.sha256 for entry in read_chain(lab.registrations).entries}
    except DamagedChain as error:
        raise WorkflowError(str(error)) from error
    return [name for name, entry in cited.items() if entry not in entries]


def report_without_entry(lab: Lab, experiments: Iterable[str]) -> None:
    """Print a line for each of these experiments, for a command that writes nothing."""
    for name in experiments:
        _warn(lab, name, "a build computes them again")


def set_results_aside(lab: Lab, experiments: Iterable[str]) -> None:
    """Move the results of these experiments to `results/damaged/`, and print a line for each."""
    for name in experiments:
        kept = free_folder(lab, name)
        if lab.results_file(name).exists():  # otherwise they were set aside as edited
            kept.mkdir(parents=True)
            shutil.move(os.fspath(lab.results_file(name)), os.fspath(kept / lab.results_file(name).name))
        lab.gate(name).unlink(missing_ok=True)
        _warn(lab, name, f"they are computed again, and the old file is kept in {kept}")


def _cited_entry(lab: Lab, name: str) -> str | None:
    try:
        cited = read_json(lab.results_file(name))["registration"]["sha256"]
    except (OSError, ValueError, KeyError, TypeError):  # edited files are noticed by their hash
        return None
    return cited if isinstance(cited, str) else None


def _warn(lab: Lab, name: str, action: str) -> None:
    file = f"results/experiments/{name}/results.json"
    print(f"{file}: cites an entry that is not in {lab.registrations.name}; {action}", file=sys.stderr)
