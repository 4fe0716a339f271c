"""Verify a lab: every check in order, over some experiments or all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from compiler.base.paths import Lab
from compiler.base.trust import is_trusted
from compiler.plan.compile_lab import Outcome
from compiler.plan.manifest import build_plan
from compiler.plan.model import Plan
from compiler.plan.plan_files import plan_file
from compiler.view.data_changes import data_of
from rules.verification.check import Check, Verification
from rules.verification.compiled_plan import check_plan
from rules.verification.derived_files import check_experiment, check_genealogy
from rules.verification.edited_data import edited_data
from rules.verification.registrations import check_registrations
from rules.verification.run_artifacts import check_runs, runs_on_disk
from rules.verification.scratch_lab import scratch_lab

_UNTRUSTED = "this would run code of the lab, which is not trusted (proband trust)"


def verify_lab(lab: Lab, outcome: Outcome, names: Collection[str] | None, deep: bool = False) -> Verification:
    """Verify the named experiments, or all of a lab and every run in its store if `names` is None.

    Args:
        outcome: what the specs of the lab compile to now.
        deep: whether to test the final model of every run again.
    """
    return Verification(tuple(_checks(lab, outcome, names, deep)))


def _checks(lab: Lab, outcome: Outcome, names: Collection[str] | None, deep: bool) -> Iterator[Check]:
    plan = build_plan(outcome.compilation)
    yield check_plan(lab, outcome, plan_file(lab, plan.overrides))
    selected = [name for name in plan.experiments if (name in names if names is not None else _is_built(lab, name))]
    planned = {run for name in selected for run in plan.experiments[name].runs}
    runs = planned if names is not None else {*runs_on_disk(lab)}
    edited = edited_data(lab, {path for name in selected for path in data_of(plan, name)})
    check = check_runs(lab, runs)
    yield replace(check, notes=(*check.notes, *(data.line for data in edited)))
    if deep:
        from rules.verification.repeated_tests import check_predictions  # imports torch

        yield check_predictions(lab, runs, {name: run.fingerprint for name, run in plan.runs.items()})
    yield check_registrations(lab, names)
    if not is_trusted(lab):
        yield Check("the results follow from the runs", 0, "experiments", notes=(f"not computed again: {_UNTRUSTED}",))
        return
    with scratch_lab(lab, outcome, selected) as scratch:
        if lab.genealogy.exists():
            yield check_genealogy(lab, scratch)
        if names is None and (leftovers := _results_without_spec(lab, plan)):
            yield Check("results have a spec", len(leftovers), "experiments without a spec", notes=leftovers)
        yield from (check_experiment(lab, scratch, plan, name) for name in selected)


def _is_built(lab: Lab, name: str) -> bool:
    return lab.experiment(name).is_dir()


def _results_without_spec(lab: Lab, plan: Plan) -> tuple[str, ...]:
    folders = lab.experiment("x").parent.glob("*/")
    names = sorted(folder.name for folder in folders if folder.name not in plan.experiments)
    return tuple(f"results/experiments/{name}: not checked, because no spec compiles to it" for name in names)
