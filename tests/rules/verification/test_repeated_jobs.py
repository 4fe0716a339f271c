"""Verification repeats the jobs of the Snakefile, with the same arguments."""

from __future__ import annotations

import re
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import ENGINE, Lab
from compiler.plan.model import PlannedDocument
from rules.gates.analysis_gate import analysis_gate
from rules.gates.gate import write_gate
from rules.verification.repeated_jobs import JOBS, is_rejected, jobs_of
from tests.plans import deliverable, planned_experiment

# Rules that a verification does not repeat: they produce what it starts from, or they are repeated once for the lab.
# The end of a stage writes no result. The evidence is no result, and its job may track runs of the lab.
NOT_REPEATED = {"train", "data", "ask", "genealogy", "evidence", "stage"}


def commands() -> dict[str, list[str]]:
    """Return the arguments of every job in the rules of the engine, as patterns."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in (ENGINE / "rules").glob("*.smk"))
    commands = re.findall(r'"job (?:--supervised )?rules\.jobs\.(\w+) ([^"]*?) ?(?:>[^"]*)?"', text)
    return {job: [re.sub(r"params\.|wildcards\.", "", word) for word in words.split()] for job, words in commands}


def test_all_jobs_of_the_rules_are_repeated_with_their_arguments() -> None:
    assert {job: list(patterns) for job, patterns in JOBS} == {
        job: words for job, words in commands().items() if job not in NOT_REPEATED
    }


def test_each_deliverable_and_document_has_its_own_job() -> None:
    experiment = planned_experiment("study", deliverables={"plot": deliverable(), "config": deliverable()})
    jobs = list(jobs_of(experiment, Path(".proband/plan.json")))
    assert ("deliverable", [".proband/plan.json", "study", "config"]) in jobs
    assert [job for job, _ in jobs].count("deliverable") == 2
    assert "report" not in [job for job, _ in jobs]
    assert jobs[0] == ("record", [".proband/plan.json", "study"])


def test_deliverable_on_a_report_is_checked_between_the_report_and_the_gate() -> None:
    deliverables = {"sections": deliverable("report", report="note"), "plot": deliverable()}
    reports = {"note": PlannedDocument("notes:write", "c0de")}
    experiment = planned_experiment("study", deliverables=deliverables, reports=reports)
    jobs = [(job, arguments[-1]) for job, arguments in jobs_of(experiment, Path("plan.json"))]
    assert jobs.index(("deliverable", "plot")) < jobs.index(("results", "study"))
    assert jobs[-3:] == [("report", "note"), ("deliverable", "sections"), ("gate", "study")]


def test_rejected_report_is_a_result(tmp_path: Path) -> None:
    lab, experiment = Lab(tmp_path), planned_experiment("study")
    assert not is_rejected(lab, experiment, "note")
    write_json(lab.objections("study", "note"), {"objections": [{}]})
    assert is_rejected(lab, experiment, "note")
    write_gate(lab, "study", analysis_gate({"documents": {"count": {"objections": [{}]}}}, []))
    assert is_rejected(lab, experiment, "other")
