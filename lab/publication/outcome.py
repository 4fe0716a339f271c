"""State what `snakemake publication` has published, and what keeps the other experiments from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.base.paths import Lab
from lab.admission.counted_decisions import counted_decisions
from lab.approvals.decisions import Decisions
from lab.publication.folders import archive_file
from rules.gates.gate import Gate, read_gate

_NOTHING = "no experiment of this lab has results and reports to publish (build one: snakemake --cores 2 NAME)"


def outcome(lab: Lab, current: Sequence[str], outdated: Sequence[str]) -> tuple[list[str], int]:
    """Return the lines for all experiments, and the exit code.

    The code is 1 if nothing is published, or if an experiment is not published although a person has decided on it.
    Experiments that nobody has decided on only wait, once another one is published.

    Args:
        current: the experiments whose package was prepared just now.
        outdated: those that have results, but of other runs than the spec and the code ask for now.
    """
    decisions = counted_decisions(lab)
    gates = {name: read_gate(lab, name, "publication") for name in (*current, *outdated)}
    published = {name for name, gate in gates.items() if gate and gate.passed and archive_file(lab, name).is_file()}
    lines = [line for name in gates for line in _lines(lab, name, gates[name], name in published, name in outdated)]
    blocked = any(_is_decided(decisions, name) for name in gates if name not in published)
    return lines or [_NOTHING], int(not published or blocked)


def _lines(lab: Lab, name: str, gate: Gate | None, is_published: bool, is_outdated: bool) -> Iterator[str]:
    rebuild = f"its runs are not those of the current spec and code (to publish new ones: snakemake --cores 2 {name})"
    if is_published:
        older = f"; {rebuild}" if is_outdated else ""
        yield f"{name}: published in {archive_file(lab, name).relative_to(lab.root)}{older}"
    elif is_outdated:
        yield f"{name}: not prepared: {rebuild}"
    elif gate is None or gate.passed:
        yield f"{name}: not published: the gate is not decided"
    else:
        yield from (f"{name}: not published: {failed.name}: {failed.reason}" for failed in gate.failed)


def _is_decided(decisions: Decisions, experiment: str) -> bool:
    subjects = (subject for decision in decisions.recorded for subject in decision.subjects)
    return any(subject.kind == "publication" and subject.name == experiment for subject in subjects)
