"""Return what a decision about a spec of the lab binds to."""

from __future__ import annotations

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from lab.approvals.subject import Subject
from lab.approvals.subject_hashes import experiment_subject


class NotCompiled(InputError):
    """A spec does not compile as a spec of the lab."""


def compiled_subject(lab: Lab, name: str) -> Subject:
    """Return the subject of the experiment that a spec compiles to. Raises NotCompiled with the diagnostics."""
    plan = current_plan(lab)
    if name in plan.experiments:
        return experiment_subject(lab, plan.experiments[name])
    problems = "; ".join(plan.broken.get(name, ("it has another experiment_id",)))
    raise NotCompiled(f"{name}: does not compile as a spec of the lab: {problems} (proband edit {name})")
