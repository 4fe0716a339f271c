"""Plan one experiment alone, as the plan of its lab will contain it."""

from __future__ import annotations

from compiler.base.paths import Lab
from compiler.experiment.compile_experiment import compile_experiment
from compiler.plan.manifest import Compilation, build_plan
from compiler.plan.model import PlannedExperiment
from compiler.runs.toolchain import Toolchain
from compiler.steps.step_hashes import step_code


def planned_experiment(lab: Lab, choice: str) -> PlannedExperiment:
    """Return the experiment in `conf/experiment/<choice>.yaml` without its genealogy and without other experiments.

    Raises:
        CompileError: The spec is wrong. The error holds all problems that were found.
    """
    tools = Toolchain(lab)
    experiment, runs = compile_experiment(choice, tools)
    code = step_code([experiment], tools)
    plan = build_plan(Compilation((experiment,), runs, (), code, {}, {}))
    return plan.experiments[experiment.id]
