"""Decide whether an experiment is finished, so that it may be archived."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.view.status import ExperimentState
from rules.build.changes.experiment_files import edited_outputs
from rules.build.changes.run_files import changed_files


def unfinished_reason(lab: Lab, plan: Plan, state: ExperimentState) -> str:
    """Return what is missing of an experiment, and the command that makes it. Empty if it is finished.

    An experiment with a closed gate or with failed runs is finished, because both are evidence.
    """
    return next(_reasons(lab, plan, state), "")


def _reasons(lab: Lab, plan: Plan, state: ExperimentState) -> Iterator[str]:
    name, build = state.experiment_id, f"snakemake --cores 2 {state.experiment_id}"
    counts = state.counts
    total = sum(counts.values())
    if counts["running"]:
        yield f"{counts['running']} of {total} runs are being trained (archive it when they have finished)"
    if counts["waiting"]:
        yield f"{counts['waiting']} of {total} runs are not trained yet ({build})"
    if counts["stale"]:
        yield f"{counts['stale']} of {total} runs were trained with other code than the current one ({build})"
    results = readable_object(lab.results_file(name))
    if not results:
        yield f"has no results yet ({build})"
        return
    listed = {str(run.get("run_id")) for run in results.get("runs") or () if isinstance(run, dict)}
    if state.is_outdated or listed != set(plan.experiments[name].runs):
        yield f"its results are those of an earlier version of the spec ({build})"
    if state.stage is not None and state.stage.state == "waiting" and state.stage.gate != "publication":
        yield f"its stage {state.stage.stage} is not finished ({build})"


def changed_file(lab: Lab, experiment: PlannedExperiment) -> str:
    """Return the first file that was changed or lost since the training or the last build. Empty if there is none."""
    build = f"snakemake --cores 2 {experiment.id}"
    for run, files in changed_files(lab, experiment.runs).items():
        return f"results/runs/{run}/{files[0]} was changed or lost since the training ({build})"
    for edit in edited_outputs(lab, [experiment.id]):
        if edit.files:
            return f"results/experiments/{experiment.id}/{edit.files[0]} was changed or lost since its build ({build})"
    return ""
