"""State what `snakemake publication` has published, and what keeps the other experiments from it."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.base.paths import Lab
from lab.approvals.decision_files import read_decisions
from lab.approvals.decisions import Decisions
from lab.publication.folders import archive_file
from rules.gates.gate import read_gate

_NOTHING = "no experiment of this lab has reports to publish (build one first: snakemake --cores 2 NAME)"


def outcome(lab: Lab, experiments: Sequence[str]) -> tuple[list[str], int]:
    """Return a line for each experiment, and the exit code.

    The code is 1 if nothing is published, or if an experiment is not published although a person has decided on it.
    Experiments that nobody has decided on only wait, once another one is published.
    """
    decisions = read_decisions(lab)
    lines, published, blocked = [], 0, 0
    for name in experiments:
        gate = read_gate(lab, name, "publication")
        if gate is not None and gate.passed:
            published += 1
            lines.append(f"{name}: published in {archive_file(lab, name).relative_to(lab.root)}")
            continue
        blocked += _is_decided(decisions, name)
        failed = gate.failed if gate else ()
        reasons = [f"{requirement.name}: {requirement.reason}" for requirement in failed] or ["the gate is not decided"]
        lines += [f"{name}: not published: {reason}" for reason in reasons]
    return lines or [_NOTHING], int(not published or blocked > 0)


def _is_decided(decisions: Decisions, experiment: str) -> bool:
    subjects = (subject for decision in decisions.recorded for subject in decision.subjects)
    return any(subject.kind == "publication" and subject.name == experiment for subject in subjects)
