"""Fill the caches of the provenance in a server that forks trainings, because reading them takes part of a second."""

from __future__ import annotations

from pathlib import Path

from compiler.base.paths import ENGINE
from compiler.python_source.modules import Modules
from compiler.runs.fingerprint import TRAINING_CORE, Fingerprints
from lightning_modules.provenance.distributions import installed_distributions
from lightning_modules.provenance.machine import gpu_driver, processor


def preload_provenance() -> None:
    """Read what is equal for all trainings of a build. This function calls no torch function."""
    Fingerprints(Modules([Path.cwd(), ENGINE])).of_modules(
        frozenset({TRAINING_CORE["lightning"]})
    )  # keeps parsed files
    installed_distributions()
    processor()
    gpu_driver()
