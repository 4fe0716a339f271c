"""Read the prepared package of an experiment: what a person decides on, and what has been decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from lab.admission.counted_decisions import counted_decisions
from lab.approvals.decisions import Decisions
from lab.approvals.standing import Standing
from lab.approvals.subject import Subject
from lab.publication.checklist import Item, answer_problems, read_checklist
from lab.publication.checksums import CHECKSUMS, changed_files
from lab.publication.folders import package_folder
from lab.publication.publication_approval import publication_standing
from lab.publication.publication_subject import publication_subject


class NotPrepared(InputError):
    """An experiment has no prepared package, or its files were edited since it was written."""


@dataclass(frozen=True)
class Candidate:
    """A prepared package. `items` are those of its review checklist."""

    experiment: str
    package: Path
    checksums: bytes
    items: tuple[Item, ...]
    standing: Standing

    def subject(self, answers: Mapping[str, str]) -> Subject:
        """Return what an approval with these answers is bound to."""
        return publication_subject(self.experiment, self.checksums, answers)

    def answer_problems(self, answers: Mapping[str, str]) -> list[str]:
        """Return why these answers are not complete, an empty list if they are."""
        return list(answer_problems(self.items, answers))


def read_candidate(lab: Lab, experiment: str, decisions: Decisions | None = None) -> Candidate:
    """Return the prepared package of an experiment.

    Raises:
        NotPrepared: There is none, or its files differ from its checksums, so that nobody can have read what they name.
    """
    package = package_folder(lab, experiment)
    path, prepare = package.relative_to(lab.root), "run snakemake --cores 2 publication"
    if not package.is_dir():
        raise NotPrepared(f"{path}: the package is not prepared ({prepare})")
    if edits := changed_files(package):
        raise NotPrepared(f"{path}: was edited: {'; '.join(edits)} ({prepare})")
    standing = publication_standing(decisions or counted_decisions(lab), experiment, package)
    return Candidate(experiment, package, (package / CHECKSUMS).read_bytes(), read_checklist(package), standing)


def prepared_experiments(lab: Lab) -> list[str]:
    """Return the experiments that have a prepared package, sorted."""
    return sorted(folder.parent.parent.name for folder in lab.experiment("").glob("*/publication/package"))
