"""Write prepared packages and approvals of them for tests, without an experiment behind them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from compiler.base.paths import Lab
from lab.approvals.decision_files import record
from lab.publication.candidate import read_candidate
from lab.publication.checklist import CHECKLIST, Item, checklist_json
from lab.publication.checksums import CHECKSUMS, checksums_text
from lab.publication.contents.redacted_json import redacted_json
from lab.publication.folders import package_folder
from lab.publication.package_files import write_package
from tests.lab.approvals.made_decisions import decision

ITEMS = (Item("method", "Is the method sound?", (), needs_person=True),)
ANSWERS = {"method": "The design was registered."}


def prepared(lab: Lab, experiment: str = "study", readme: str = "# Study\n") -> Path:
    """Write a package of an experiment, and return its folder."""
    files = {"README.md": readme.encode(), CHECKLIST: redacted_json(checklist_json(ITEMS)).content}
    write_package(package_folder(lab, experiment), {**files, CHECKSUMS: checksums_text(files).encode()})
    return package_folder(lab, experiment)


def approved(lab: Lab, experiment: str = "study", answers: Mapping[str, str] = ANSWERS) -> None:
    """Record the approval of a prepared package."""
    about = read_candidate(lab, experiment).subject(answers)
    record(lab, decision("approved", subjects=(about,), answers=dict(answers)))
