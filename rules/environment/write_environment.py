"""Write the four files of an experiment's environment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.runs.provenance_record import DamagedProvenance, ProvenanceRecord, read_run_provenance
from rules.environment.image_texts import APPTAINER, DOCKERFILE, apptainer_definition, dockerfile
from rules.environment.installable import Installable, installable
from rules.environment.lock_text import LOCK, lock_text
from rules.environment.published_hashes import PublishedHashes, published_hashes
from rules.environment.pyproject_text import PYPROJECT, pyproject_text
from rules.environment.recorded_environment import ExperimentEnvironment, experiment_environment

_TEXTS: dict[str, Callable[[ExperimentEnvironment, Installable], str]] = {
    LOCK: lock_text,
    PYPROJECT: pyproject_text,
    DOCKERFILE: dockerfile,
    APPTAINER: apptainer_definition,
}
ENVIRONMENT_FILES = tuple(_TEXTS)


def environment_folder(lab: Lab, experiment: str) -> Path:
    return lab.experiment(experiment) / "environment"


def write_environment(lab: Lab, experiment: str, runs: Iterable[str]) -> None:
    """Write the environment that the runs of an experiment recorded."""
    texts = environment_texts(read_environment(lab, experiment, runs), published_hashes())
    for name, text in texts.items():
        write_text(environment_folder(lab, experiment) / name, text)


def read_environment(lab: Lab, experiment: str, runs: Iterable[str]) -> ExperimentEnvironment:
    """Read the environment of each run. A run without a usable record is named, with the reason."""
    records: dict[str, ProvenanceRecord] = {}
    unknown: dict[str, str] = {}
    for run in dict.fromkeys(runs):
        try:
            records[run] = read_run_provenance(lab, run)
        except DamagedProvenance as error:
            unknown[run] = str(error).removeprefix(f"{lab.root}/")  # also equal in a temporary lab
    return experiment_environment(experiment, records, unknown)


def environment_texts(environment: ExperimentEnvironment, published: PublishedHashes) -> dict[str, str]:
    """Return the content of each file by name."""
    main = environment.main
    packages = installable(main.distributions, published, main.python) if main else Installable((), ())
    return {name: text(environment, packages) for name, text in _TEXTS.items()}
