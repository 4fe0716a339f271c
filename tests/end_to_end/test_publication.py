"""A study is published only while exactly its package is approved by a person."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from compiler.base.paths import Lab
from compiler.reproduction.reproduction import timestamp as reproduction_time
from lab.approvals.actor import Actor
from lab.approvals.decision import Decision, timestamp
from lab.approvals.decision_files import record, utc_now
from lab.publication.candidate import read_candidate
from lab.publication.checklist import required_answers
from lab.reproduction.records import record as record_reproduction
from tests.compiler.reproduction.made_reproductions import reproduction_of
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import CopyOf
from tests.end_to_end.test_lifecycle import build_shipped_study
from tests.lab.publication.crate.roc_validator import crate_issues

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("lifecycle")]

HOME = "results/experiments/digits_lr"
ARCHIVE = f"{HOME}/publication/digits_lr.zip"


def approve(real: RealLab) -> None:
    """Record the approval of a person, with an answer to each open item."""
    lab = Lab(real.root)
    candidate = read_candidate(lab, "digits_lr")
    answers = {item.id: "Checked by the head of the lab." for item in required_answers(candidate.items)}
    person = Actor("person", "Rosa Ahlström", "rosa@example.org", "--as")
    how = "proband approve digits_lr/publication"
    record(lab, Decision((candidate.subject(answers),), "approved", person, timestamp(utc_now()), how, answers=answers))


def test_study_is_published_after_one_approval_which_a_change_voids(copy_of: CopyOf, tmp_path: Path) -> None:
    lab = copy_of(build_shipped_study)
    package, archive = lab.root / HOME / "publication/package", lab.root / ARCHIVE

    reproduce_every_run(lab)

    unapproved = lab.snakemake("publication")
    assert unapproved.exit_code == 1, unapproved.output
    assert not unapproved.trained
    assert "digits_lr: not published: approval: no person has approved it" in unapproved.output
    assert "proband approve digits_lr/publication --answer 'method=…'" in unapproved.output
    assert not archive.exists()
    assert subprocess.run(["sh", "verify.sh"], cwd=package, capture_output=True, check=False).returncode == 0
    assert crate_issues(package) == []
    assert_reproductions_are_stated(package)

    approve(lab)
    approved = lab.snakemake("publication")
    assert approved.exit_code == 0, approved.output
    assert f"digits_lr: published in {ARCHIVE}" in approved.output
    gate = lab.json("experiments/digits_lr/gates/publication.json")
    assert (gate["status"], gate["decided_by"]) == ("passed", {"kind": "person", "name": "Rosa Ahlström"})
    assert_archive_is_complete_and_private(archive, package, lab)

    other = RealLab(tmp_path / "elsewhere", lab.server)
    shutil.copytree(lab.root, other.root, symlinks=True)
    shutil.rmtree(other.root / HOME / "publication")
    mask = os.umask(0o077)
    try:
        repeated = other.snakemake(ARCHIVE)
    finally:
        os.umask(mask)
    assert repeated.exit_code == 0, repeated.output
    assert (other.root / ARCHIVE).read_bytes() == archive.read_bytes()

    lab.write("LICENSE", "All rights reserved.\n")
    changed = lab.snakemake("publication")
    assert changed.exit_code == 1, changed.output
    assert "the package is not what Rosa Ahlström approved on" in changed.output
    assert not archive.exists()


def assert_archive_is_complete_and_private(archive: Path, package: Path, lab: RealLab) -> None:
    with zipfile.ZipFile(archive) as content:
        names = {name.removeprefix("digits_lr/") for name in content.namelist()}
        texts = {name: content.read(f"digits_lr/{name}") for name in names}
    formats = {f"reports/{name}.{suffix}" for name in REPORTS for suffix in ("md", "html", "pdf", "tex", "json")}
    assert names >= formats | PARTS
    assert names == {"APPROVAL.json", *(p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file())}
    host = json.loads((lab.root / "results/runs" / run_of(lab) / "provenance.json").read_text())["host"]
    assert json.loads(texts[f"runs/{run_of(lab)}/provenance.json"])["host"] == "<host>" != host
    assert not [name for name, text in texts.items() if str(lab.root).encode() in text]
    card = ModelCard(texts["model_card/README.md"].decode())
    of_checkpoint, of_arm = card.data.eval_results
    arm = lab.json("experiments/digits_lr/results.json")["summary_metrics"]["best"]
    assert (of_arm.metric_value, of_arm.metric_args) == (arm["mean"], {"n": arm["n"], "sd": arm["sd"]})
    assert of_checkpoint.metric_value >= of_arm.metric_value
    assert "The verdict on the registered hypothesis is *supported*." in texts["README.md"].decode()


def reproduce_every_run(real: RealLab) -> None:
    """Record a reproduction of every run, without the trainings, which another test repeats."""
    lab = Lab(real.root)
    for run in real.runs("digits_lr"):
        record_reproduction(lab, reproduction_of(lab, run["run_id"], at=reproduction_time(utc_now())))


def assert_reproductions_are_stated(package: Path) -> None:
    """The report, the README and the crate have the badge, and `proband check` finds a fact for each of its numbers."""
    report = (package / "reports/technical_report.md").read_text()
    assert "**Reproduced" in report
    assert "every completed run was trained again from its record" in report
    assert "Recorded reproductions: reproduced 1 time; last" in (package / "README.md").read_text()
    assert '"Reproduction of run' in (package / "ro-crate-metadata.json").read_text()
    items = {item["id"]: item for item in json.loads((package / "checklist.json").read_text())["items"]}
    assert not [tick["statement"] for tick in items["claims"]["ticks"] if not tick["holds"]]


def run_of(lab: RealLab) -> str:
    return str(lab.runs("digits_lr")[0]["run_id"])


REPORTS = ("technical_report", "blog_post", "paper_draft")
PARTS = {
    "README.md",
    "CHECKLIST.md",
    "CHECKSUMS",
    "CITATION.cff",
    ".zenodo.json",
    "payload.json",
    "facts.jsonl",
    "genealogy.json",
    "registration/registration.json",
    "registration/chain.jsonl",
    "environment/requirements.lock",
    "environment/Dockerfile",
    "model_card/weights.csv",
    "ro-crate-metadata.json",
    "reproductions.json",
    "workflow/Snakefile",
    "tables/arms.csv",
    "tables/contrasts.csv",
    "reproduce/conf/experiment/digits_lr.yaml",
    "analysis/figures/performance_analysis/learning_curves.png",
}
