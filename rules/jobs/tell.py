"""The last words of a build: what each experiment came to, and where to look."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from compiler.json_files import read_json
from rules.gate_line import gate_line
from rules.workflow import Workflow


def tell(workflow: Workflow, jobs: Iterable[Any]) -> None:
    """One line for each experiment of this build that has results."""
    names = {job.wildcards_dict["experiment"] for job in jobs if job.rule.name == "gate"}
    for line in outcome_lines(workflow, sorted(names)):
        print(line, file=sys.stderr)


def outcome_lines(workflow: Workflow, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        file = workflow.lab.experiment(name) / "results.json"
        if file.is_file():
            results = read_json(file)
            verdict = f", hypothesis {results['verdict']}" if results["verdict"] else ""
            missed = gate_line(results, workflow.plan["experiments"][name])
            yield missed or f"{name}: delivered{verdict}; see {file}"
