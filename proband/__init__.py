"""Proband compiles YAML experiment specs into Snakemake runs. This package is the command line and the Python API.

    import proband
    experiment = proband.load("digits_lr")
    experiment.runs                  # a pandas DataFrame
    experiment.best.model()          # ready for inference

`import proband` imports neither torch nor pandas. The functions import what they need when they are called.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proband.engine_path import ENGINE, make_engine_importable

if TYPE_CHECKING:
    from compiler.base.diagnostics import InputError as Error
    from proband.api.experiment import Experiment

__all__ = ("Error", "experiments", "load")


def load(experiment: str, lab: str | os.PathLike[str] | None = None) -> Experiment:
    """Return an experiment of a lab. Nothing is written, and no code of the lab is imported.

    Args:
        experiment: its id.
        lab: the folder of the lab; by default the current folder, or the nearest folder above it that is a lab.

    Raises:
        Error: The folder is not a lab, the experiment does not exist, or its spec does not compile.
    """
    _find_engine()
    from proband.api.load import load_experiment

    return load_experiment(experiment, lab)


def experiments(lab: str | os.PathLike[str] | None = None) -> list[str]:
    """Return the ids of the experiments of a lab, as `load` finds them. Raises Error if the folder is not a lab."""
    _find_engine()
    from proband.api.load import experiment_ids

    return experiment_ids(lab)


def __getattr__(name: str) -> Any:
    """Return `Error`, the class of all errors of this package, when it is first used."""
    if name != "Error":
        raise AttributeError(f"module 'proband' has no attribute '{name}'")
    _find_engine()
    from compiler.base.diagnostics import InputError

    return InputError


def _find_engine() -> None:
    """Make Proband's packages importable, after the modules of the user.

    Raises:
        ImportError: A module of the user hides one of the packages.
    """
    make_engine_importable()
    for package in ("compiler", "lightning_modules"):
        spec = importlib.util.find_spec(package)
        file = spec.origin if spec is not None else None
        if file is None or not Path(file).resolve().is_relative_to(ENGINE):
            raise ImportError(
                f"{file}: hides the package '{package}' of Proband (rename it, or remove it from the path)"
            )
