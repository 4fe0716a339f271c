"""Compile a lab anew, and compare the stored plan with the result."""

from __future__ import annotations

from pathlib import Path

from compiler.base.file_hash import sha256_of_file
from compiler.base.identity import differing_keys
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.authentic_plan import ForgedRunJob, read_authentic_job
from compiler.plan.compile_lab import Outcome
from compiler.plan.manifest import build_plan
from compiler.plan.model import Plan
from compiler.plan.plan_inputs import hash_inputs
from rules.verification.check import Check

_NAME = "the stored plan is what the specs compile to"
_MAX_KEYS = 5


def check_plan(lab: Lab, outcome: Outcome, file: Path) -> Check:
    """Compare the stored plan in `file` and the stored inputs of trainings with what the lab compiled to just now.

    The experiments that ship with Proband are compared as well. They are counted only if the lab has built them.
    """
    plan = build_plan(outcome.compilation)
    if not file.is_file():
        note = "no plan is stored; the next build compiles the specs"
        return Check(_NAME, 0, "experiments with 0 runs", notes=(note,))
    count, unit = _extent(lab, plan)
    problems = [problem for run in plan.runs for problem in _job_problems(lab, run)]
    try:
        differing = differing_keys(read_json(file), plan.to_json())
    except ValueError:
        differing = ["all keys (the file is not JSON)"]
    if not differing:
        return Check(_NAME, count, unit, tuple(problems))
    keys = ", ".join(differing[:_MAX_KEYS]) + (", …" if len(differing) > _MAX_KEYS else "")
    if _has_other_inputs(lab, outcome, file):
        note = f"the specs or the code have changed since the last build, in {keys}; the next build compiles them"
        return Check(_NAME, count, unit, tuple(problems), (note,))
    problem = (
        f"{file.relative_to(lab.root)}: was changed after the compile, in {keys} (delete .proband and build again)"
    )
    return Check(_NAME, count, unit, (problem, *problems))


def _extent(lab: Lab, plan: Plan) -> tuple[int, str]:
    """Return the number of experiments of the lab, and a text with the number of their runs."""
    own = [item for name, item in plan.experiments.items() if item.is_own or lab.experiment(name).is_dir()]
    runs = len({run for item in own for run in item.runs})
    names = "experiment" if len(own) == 1 else "experiments"
    return len(own), f"{names} with {runs} {'run' if runs == 1 else 'runs'}"


def _job_problems(lab: Lab, run: str) -> list[str]:
    try:
        read_authentic_job(lab, run)
    except FileNotFoundError:
        pass  # the next build writes it
    except ForgedRunJob as error:
        return [str(error)]
    return []


def _has_other_inputs(lab: Lab, outcome: Outcome, file: Path) -> bool:
    """Return whether the stored plan is as it was compiled, but from other files than the present ones."""
    try:
        recorded = read_json(file.with_suffix(".inputs.json"))
        is_as_compiled = recorded["plan"] == sha256_of_file(file)
        return bool(is_as_compiled and recorded["digest"] != hash_inputs(lab, sorted(map(str, outcome.sources)), {}))
    except (OSError, ValueError, KeyError, TypeError):
        return False
