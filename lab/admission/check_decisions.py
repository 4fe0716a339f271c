"""Check for `proband verify` that no decision was edited, and that each experiment was admitted by a decision."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.admission.admission_gate import admission_gate
from lab.approvals.decision_files import read_decisions
from lab.approvals.decisions import Decisions
from lab.approvals.subject_hashes import experiment_subject
from rules.verification.check import Check


def check_decisions(lab: Lab, plan: Plan, names: Collection[str]) -> Check:
    """Check all files of decisions, and the experiment gates of the named experiments."""
    decisions = read_decisions(lab)
    problems = list(map(str, decisions.damaged))
    notes: list[str] = []
    for name in names:
        if name in plan.experiments and lab.gate_file(name, "experiment").is_file():
            problem, note = _gate_problem(lab, plan, name, decisions)
            problems += filter(None, [problem])
            notes += filter(None, [note])
    count = len(decisions.recorded) + len(decisions.damaged)
    return Check("decisions are as they were recorded", count, "decisions", tuple(problems), tuple(notes))


def _gate_problem(lab: Lab, plan: Plan, name: str, decisions: Decisions) -> tuple[str, str]:
    """Return how the gate of an experiment contradicts the decisions, or why it cannot be checked."""
    file = lab.gate_file(name, "experiment")
    path = file.relative_to(lab.root).as_posix()
    expected = list(_possible_gates(lab, plan, name, decisions))
    if not expected:
        return "", f"{path}: not checked, because no decision is about the present experiment"
    try:
        content = read_json(file)
    except (OSError, ValueError):
        return f"{path}: cannot be read", ""
    return (
        ("", "") if content in expected else (f"{path}: differs from the decisions about the experiment (edited)", "")
    )


def _possible_gates(lab: Lab, plan: Plan, name: str, decisions: Decisions) -> Iterator[object]:
    """Yield the gate for each decision that admits exactly this experiment. A later one does not change the file."""
    subject = experiment_subject(lab, plan.experiments[name])
    for decision in decisions.recorded:
        if decision.names(subject) and decision.outcome in ("approved", "admitted"):
            yield admission_gate(lab, plan.experiments[name], decision).to_json()
