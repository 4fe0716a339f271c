"""Decide the gate of the experiment: its spec states what the study asks and what it delivers.

Snakemake's main process decides this gate before the first job, so this module must not import heavy packages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from compiler.plan.model import PlannedExperiment
from rules.gates.gate import Decider, Gate, decide

_REMEDIES = {
    "hypothesis": "state the claim",
    "research_question": "state the question, or write `exploratory: true`",
    "deliverables": "list what the experiment delivers, or write `exploratory: true`",
    "analysis_pipeline": "name functions that exist",
}


def experiment_gate(experiment: PlannedExperiment, decided_by: Decider | None = None, why: str = "") -> Gate:
    """Return the gate of an experiment.

    An exploratory experiment needs neither a research question nor a deliverable. The standing of its verdict is
    exploratory, too.

    Args:
        decided_by: the person or policy that admits the experiment if its spec passes; this code by default.
        why: why that person or policy admits it.
    """
    reasons = {
        "hypothesis": _missing(str(experiment.spec.get("hypothesis", ""))),
        "analysis_pipeline": _unknown_analyses(experiment),
    }
    if not is_exploratory(experiment):
        reasons["research_question"] = _missing(str(experiment.spec.get("research_question", "")))
        reasons["deliverables"] = "" if experiment.spec.get("deliverables") else "names no deliverable"
    spec_text = "the spec is exploratory" if is_exploratory(experiment) else "the spec states what it asks and delivers"
    gate = decide("experiment", reasons, __name__, "; ".join(filter(None, (spec_text, why))))
    return gate if decided_by is None or not gate.passed else decide("experiment", reasons, decided_by, gate.why)


def experiment_gate_errors(root: Path, experiment: PlannedExperiment) -> tuple[str, ...]:
    """Return a line with file, line and remedy for each requirement that a spec does not meet.

    Args:
        root: the folder that the file of the spec is relative to.
    """
    failed = experiment_gate(experiment).failed
    lines = _lines_of_keys(root / experiment.file) if failed else {}
    return tuple(
        f"{experiment.file}:{lines.get(requirement.name, lines.get('experiment', 1))}: "
        f"experiment.{requirement.name}: {requirement.reason} ({_REMEDIES[requirement.name]})"
        for requirement in failed
    )


def is_exploratory(experiment: PlannedExperiment) -> bool:
    return bool(experiment.spec.get("exploratory", False))


def _missing(text: str) -> str:
    return "" if text.strip() else "is missing"


def _unknown_analyses(experiment: PlannedExperiment) -> str:
    unknown = [title for title, analysis in experiment.analyses.items() if not analysis.target]
    return f"names no function: {', '.join(unknown)}" if unknown else ""


def _lines_of_keys(file: Path) -> Mapping[str, int]:
    """Return the first line of `experiment:` and of each key of the gate below it. Empty if the file cannot be read."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return dict(reversed(list(_keys(lines))))


def _keys(lines: list[str]) -> Iterator[tuple[str, int]]:
    is_below = False
    for number, line in enumerate(lines, start=1):
        key: Any = re.match(r"\s*(\w+)\s*:", line)
        name = key[1] if key else ""
        is_top_level = bool(key) and not line[0].isspace()
        if is_top_level:
            is_below = name == "experiment"
        if (name == "experiment" and is_top_level) or (is_below and not is_top_level and name in _REMEDIES):
            yield name, number
