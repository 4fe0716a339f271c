"""Write proposed specs into `proposals/` of the experiment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agents.proposals.spec import DRAFT
from compiler.base.json_files import write_text
from compiler.base.safe_path import path_inside

_FOLDER = "proposals"


def write_proposal(experiment_folder: Path, file: str, text: str) -> None:
    """Write one spec. `file` is `proposals/NAME`, relative to the folder of the experiment.

    Raises:
        OutsideExperiment: `file` is not a plain name in this folder.
    """
    write_text(path_inside(experiment_folder, _FOLDER, file.removeprefix(f"{_FOLDER}/")), text)


def write_proposals(experiment_folder: Path, specs: Mapping[str, str]) -> None:
    """Write {file: text} and remove the proposals of earlier analyses.

    Drafts of language models are kept, because they belong to the documents for which they were drafted.

    Raises:
        OutsideExperiment: A path leads out of the folder.
    """
    current = {experiment_folder / file for file in specs}
    for stale in set((experiment_folder / _FOLDER).glob("*.yaml")) - current:
        if f"_{DRAFT}_" not in stale.name:
            stale.unlink()
    for file, text in specs.items():
        write_proposal(experiment_folder, file, text)
