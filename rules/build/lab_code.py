"""Refuse to run the code of a lab that is not trusted, and check the code that later steps import."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from snakemake.exceptions import WorkflowError

from compiler.base.paths import Lab
from compiler.base.trust import UntrustedLab, require_trust
from compiler.view.lab_code import lab_agents, lab_types
from rules.build.build_plan import BuildPlan

_PROGRAM = "rules.reporting.lab_code_problems"
_RULES = ("_deliverable", "_analysis", "_report")  # the rules whose jobs import code of the lab


def exit_if_untrusted(lab: Lab) -> None:
    """Print the reason and exit with 2 if code of the lab must not be run. Snakemake would exit with 1."""
    try:
        require_trust(lab)
    except UntrustedLab as error:
        print(error, file=sys.stderr)
        sys.exit(2)


def check_lab_code(plan: BuildPlan, jobs: Iterable[Any]) -> None:
    """Import this code in a process of its own, if a job of the build needs any.

    Raises:
        WorkflowError: The code is wrong. The error holds all problems.
    """
    needed = {job.wildcards.experiment for job in jobs if job.rule.name in _RULES}
    planned = (plan.compiled.experiments[name] for name in sorted(needed & plan.compiled.experiments.keys()))
    experiments = [experiment.id for experiment in planned if lab_types(experiment) or lab_agents(experiment)]
    if not experiments:
        return
    command = [sys.executable, "-m", _PROGRAM, plan.file, *experiments]
    process = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if process.returncode:
        lines = process.stderr.strip() or f"{_PROGRAM} ended with exit code {process.returncode}"
        raise WorkflowError(f"{lines}\nNothing was built, because later steps would fail on this.")
