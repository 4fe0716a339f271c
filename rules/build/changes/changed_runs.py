"""Find finished runs whose files were changed after the training, and set them aside so that they are trained again."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from compiler.base.paths import Lab
from rules.build.build_plan import BuildPlan
from rules.build.changes.run_files import changed_files
from rules.build.targets import Targets


def requested_experiments(targets: Targets, words: Collection[str]) -> list[str]:
    """Return the experiments that a command names, by their id or by the path of one of their files."""
    return targets.likely_experiments([part for word in words for part in word.split("/")])


def find_changed_runs(plan: BuildPlan, experiments: Collection[str]) -> dict[str, list[str]]:
    """Return the changed files of the runs of experiments, by run."""
    planned = (plan.compiled.experiments[name] for name in experiments)
    runs = dict.fromkeys(run for experiment in planned for run in experiment.runs)
    return changed_files(plan.lab, runs)


def report_changed_runs(changed: Mapping[str, list[str]]) -> None:
    """Print a line for each run, for a command that trains nothing."""
    for run, files in changed.items():
        _warn(run, files, "a build trains the run again")


def set_aside(lab: Lab, changed: Mapping[str, list[str]]) -> None:
    """Move changed runs to `results/damaged/`, and print a line for each. Snakemake then trains them."""
    for run, files in changed.items():
        kept = free_folder(lab, run)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(os.fspath(lab.run(run)), os.fspath(kept))
        _warn(run, files, f"the run is trained again, and its changed folder is kept as {kept}")


def free_folder(lab: Lab, name: str) -> Path:
    """Return a new folder in `results/damaged/`, for the changed files of a run or an experiment."""
    number = 1
    while (folder := lab.results / "damaged" / f"{name}-{number}").exists():
        number += 1
    return folder


def _warn(run: str, files: list[str], action: str) -> None:
    first, *others = files
    more = f" and {len(others)} more files" if others else ""
    print(f"results/runs/{run}/{first}{more}: changed or missing since the training; {action}", file=sys.stderr)
