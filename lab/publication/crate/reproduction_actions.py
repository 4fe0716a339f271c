"""Describe each recorded reproduction of a run as an action of a crate."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from compiler.reproduction.reproduction import Reproduction
from compiler.reproduction.summary import Summary
from lab.publication.contents.reproductions import REPRODUCTIONS
from lab.publication.crate.node import Node, file_id, local_id
from lab.publication.crate.run_actions import STATUS
from lab.publication.crate.software import training_id
from lab.publication.crate.stored_runs import StoredRun


def reproduction_nodes(summary: Summary, runs: Collection[StoredRun], files: Collection[str]) -> Iterator[Node]:
    """Yield the action of each reproduction of these runs that counts."""
    programs = {run.id: training_id(run) for run in runs}
    for made in (made for made in summary.counted if made.run_id in programs):
        config = f"runs/{made.run_id}/config.json"
        properties = {
            "name": f"Reproduction of run {made.run_id}",
            "description": _description(made),
            "endTime": made.time.isoformat(timespec="milliseconds"),
            "instrument": {"@id": programs[made.run_id]},
            "object": {"@id": file_id(config)} if config in files else None,
            "result": {"@id": file_id(REPRODUCTIONS)},
            "actionStatus": STATUS[True],
        }
        yield Node(local_id("reproduction", made.at, made.run_id), ("CreateAction",), properties)


def _description(made: Reproduction) -> str:
    machine = f", on {made.machine}" if made.machine else ""
    cause = f", because of {made.cause}" if made.cause else ""
    return f"The run was trained again from its record{machine}. Result: {made.result}{cause}."
