"""Admit the experiments of a build: the lab is not on hold, the specs state enough, and each experiment is approved."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Collection, Mapping, Sequence

from snakemake.exceptions import WorkflowError

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.base.redaction import redact
from compiler.plan.model import Plan
from lab.admission.admission_gate import admission_gate
from lab.admission.approval import approve_by_build, decided_before
from lab.admission.counted_decisions import counted_decisions
from lab.admission.hold import require_no_hold
from lab.admission.spec_gates import require_experiment_gates
from lab.approvals.decision_files import Clock, utc_now
from lab.approvals.person import is_program
from lab.approvals.standing import standing
from lab.approvals.subject_hashes import experiment_subject
from rules.build.before_plan.build_command import is_build
from rules.gates.gate import write_gate

_MAX_COMMAND = 300  # characters of a command that are recorded


def admit_build(lab: Lab, plan: Plan, names: Collection[str]) -> None:
    """Admit the experiments of the build that this process runs. Raises WorkflowError."""
    if not is_build(sys.argv):
        return
    try:
        admit(lab, plan, names, build_command(sys.argv), os.environ)
    except InputError as error:
        raise WorkflowError(str(error)) from error


def admit(
    lab: Lab, plan: Plan, names: Collection[str], command: str, environ: Mapping[str, str], clock: Clock = utc_now
) -> None:
    """Admit experiments, and write the gate of each.

    A person who starts a build approves the experiments in it by that. A program needs their approval.

    Args:
        names: the experiments that have jobs in this build.
        command: the command that started the build, which is recorded.

    Raises:
        OnHold: The lab is on hold.
        WorkflowError: A spec does not pass the gate of the experiment.
        NotAdmitted: An experiment may not run. Nothing is recorded.
        NotAPerson: The name of the person is unknown or that of a program.
        CannotRecord: The approval cannot be written.
    """
    require_no_hold(lab)
    require_experiment_gates(lab, plan, names)
    decisions = counted_decisions(lab)
    for file in decisions.damaged:
        print(file, file=sys.stderr)
    subjects = [experiment_subject(lab, plan.experiments[name]) for name in plan.experiments if name in names]
    standings = {subject: standing(decisions, subject) for subject in subjects}
    if is_program(environ):
        decided = decided_before(lab, standings, decisions)
    else:
        decided = approve_by_build(lab, standings, command, environ, clock)
    for subject, decision in decided.items():
        write_gate(lab, subject.name, admission_gate(lab, plan.experiments[subject.name], decision))


def build_command(words: Sequence[str]) -> str:
    """Return the command of a build, without keys, addresses and paths of this machine."""
    command = redact(shlex.join(["snakemake", *words[1:]]))
    return command if len(command) <= _MAX_COMMAND else f"{command[:_MAX_COMMAND]}…"
