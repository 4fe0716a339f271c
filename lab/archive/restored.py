"""Define the outcome of restoring runs and experiments."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.base.redaction import redact_keys


@dataclass
class Restored:
    """The outcome: restored runs and experiments, what was there already, and what could not be restored and why.

    `other_code` are missing runs whose archived version was trained with other code than the current one.
    `without_content` are runs and experiments for which the remote gave nothing, if it gave nothing at all. One line in
    `problems` states this. Those of them that are not here are `unavailable`.
    """

    runs: list[str] = field(default_factory=list)
    experiments: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    other_code: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    without_content: set[str] = field(default_factory=set)
    unavailable: list[str] = field(default_factory=list)

    def notes_unavailable(self, name: str) -> bool:
        """Add a run or an experiment to `unavailable` if the remote gave nothing for it. Return whether it did so."""
        if name in self.without_content:
            self.unavailable.append(name)
        return name in self.without_content

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": 1,
            "runs": self.runs,
            "experiments": self.experiments,
            "present_runs": self.present,
            "runs_of_other_code": self.other_code,
            "unavailable": self.unavailable,
            "problems": self.problems,
        }


def remote_problem(name: str, address: str, error: str) -> str:
    """Return the line about a remote that did not give all missing content. Passwords in its address are hidden.

    Args:
        address: empty if DVC does not know the remote.
        error: the message of DVC, empty if it reported none: it does not report a folder that does not exist.
    """
    quoted = shlex.quote(name)
    if not address:
        return f"DVC knows no remote {name} (add it: `dvc remote add {quoted} URL`)"
    if "://" not in address and not Path(address).is_dir():
        problem = "cannot be read: no such folder"
    else:
        problem = f"cannot be read: {error}" if error else "does not have all of the missing content"
    fix = f"if its address is wrong: `dvc remote modify --local {quoted} url ADDRESS`"
    push = "otherwise `dvc push` in the clone that archived the runs"
    return f"remote {name} ({redact_keys(address)}) {problem} ({fix}; {push})"
