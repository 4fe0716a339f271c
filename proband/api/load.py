"""Find the lab and the experiment that a user names, and compile the lab without writing its plan."""

from __future__ import annotations

import os
from pathlib import Path

from compiler.base.diagnostics import InputError, did_you_mean
from compiler.base.paths import Lab
from compiler.plan.plan_files import plan_without_writing
from compiler.view.no_lab import NoLab, is_lab, no_lab_message
from compiler.view.shown_experiments import shown_experiments
from proband.api.experiment import Experiment

LabFolder = str | os.PathLike[str] | None


class UnknownExperiment(InputError):
    """The lab has no experiment with this id, or its spec does not compile."""


def load_experiment(experiment_id: str, folder: LabFolder = None) -> Experiment:
    """Return an experiment of a lab. Raises NoLab or UnknownExperiment."""
    lab = find_lab(folder)
    plan = plan_without_writing(lab)
    if experiment_id in plan.broken:
        raise UnknownExperiment("\n".join(plan.broken[experiment_id]))
    if experiment_id not in plan.experiments:
        hint = did_you_mean(experiment_id, plan.experiments)
        message = f"{lab.root}: no experiment is called '{experiment_id}'"
        raise UnknownExperiment(message + (f" ({hint})" if hint else ""))
    return Experiment(lab, plan, plan.experiments[experiment_id])


def experiment_ids(folder: LabFolder = None) -> list[str]:
    """Return the ids of the lab's experiments that compile. Raises NoLab."""
    lab = find_lab(folder)
    plan = plan_without_writing(lab)
    return [name for name in shown_experiments(lab, plan) if name in plan.experiments]


def find_lab(folder: LabFolder) -> Lab:
    """Return the lab in a folder; without one, the lab in the current folder or in the nearest folder above it.

    Raises:
        NoLab: There is none.
    """
    if folder is not None:
        root = Path(folder).expanduser().resolve()
        if not root.is_dir():
            raise NoLab(f"{root}: there is no such folder")
        if not is_lab(root):
            raise NoLab(no_lab_message(root))
        return Lab(root)
    here = Path.cwd()
    for root in (here, *here.parents):
        if Lab(root).conf.is_dir():
            return Lab(root)
    raise NoLab(f'{here}: neither this folder nor one above it is a lab (pass it: proband.load(…, lab="PATH"))')
