"""Verification repeats the jobs of the Snakefile, with the same arguments."""

from __future__ import annotations

import re
from pathlib import Path

from compiler.base.paths import ENGINE
from rules.verification.repeated_jobs import JOBS, jobs_of
from tests.plans import deliverable, planned_experiment

# Rules that a verification does not repeat: they produce what it starts from, or they are repeated once for the lab.
NOT_REPEATED = {"train", "data", "ask", "genealogy"}


def commands() -> dict[str, list[str]]:
    """Return the arguments of every job in the rules of the engine, as patterns."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in (ENGINE / "rules").glob("*.smk"))
    found = re.findall(r'"job (?:--supervised )?rules\.jobs\.(\w+) ([^"]*?) ?(?:>[^"]*)?"', text)
    return {job: [re.sub(r"params\.|wildcards\.", "", word) for word in words.split()] for job, words in found}


def test_all_jobs_of_the_rules_are_repeated_with_their_arguments() -> None:
    repeated = {
        job: [pattern if not pattern.startswith(".proband/evidence") else "{output}" for pattern in patterns]
        for job, patterns in JOBS
    }
    assert repeated == {job: words for job, words in commands().items() if job not in NOT_REPEATED}


def test_each_deliverable_and_document_has_its_own_job() -> None:
    experiment = planned_experiment("study", deliverables={"plot": deliverable(), "config": deliverable()})
    jobs = list(jobs_of(experiment, Path(".proband/plan.json")))
    assert ("deliverable", [".proband/plan.json", "study", "config"]) in jobs
    assert [job for job, _ in jobs].count("deliverable") == 2
    assert "report" not in [job for job, _ in jobs]
    assert jobs[0] == ("evidence", [".proband/plan.json", "study", ".proband/evidence/study.json"])
