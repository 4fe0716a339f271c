"""Set edited results and documents aside, so that the build computes them again and no step reads the edit."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable

from compiler.base.paths import Lab
from rules.build.changes.changed_runs import free_folder
from rules.build.changes.experiment_files import EditedOutputs


def report_edits(edits: Iterable[EditedOutputs]) -> None:
    """Print a line for each edited file, for a command that writes nothing."""
    for edit in edits:
        for path in edit.files:
            _warn(edit, path, "a build computes it again")


def set_edits_aside(lab: Lab, edits: Iterable[EditedOutputs]) -> None:
    """Move edited files to `results/damaged/`, and print a line for each. Snakemake then computes missing files.

    If no complete build of an experiment is recorded, all its steps after the trainings are repeated instead.
    """
    for edit in edits:
        folder = lab.experiment(edit.experiment)
        if not edit.is_known:
            # The gate needs the first file, which is written together with the results, from all other files.
            for file in (
                lab.gate_file(edit.experiment, "training"),
                folder / "experiment.json",
                lab.evidence(edit.experiment),
            ):
                file.unlink(missing_ok=True)
        lab.gate(edit.experiment).unlink(missing_ok=True)  # the gate of the reports is no output of a rule
        kept = free_folder(lab, edit.experiment)
        for path in edit.files:
            if (folder / path).exists():
                (kept / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.move(os.fspath(folder / path), os.fspath(kept / path))
            _warn(edit, path, f"it is computed again, and the changed file is kept in {kept}")


def _warn(edit: EditedOutputs, path: str, action: str) -> None:
    file = f"results/experiments/{edit.experiment}/{path}"
    print(f"{file}: changed or missing since the last complete build; {action}", file=sys.stderr)
