"""Two workers process one queue with the real Snakemake."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from lab.approvals.actor import Actor
from lab.approvals.decision import Decision, timestamp
from lab.approvals.decision_files import record
from lab.intake.read_job import read_job
from lab.queue.jobs import enqueue
from tests.end_to_end.support.build import RealLab, activated_environment
from tests.end_to_end.support.specs import spec
from tests.lab.worker.support import places

pytestmark = pytest.mark.slow


def submit(lab: RealLab, name: str, *lines: str) -> str:
    """Add a job and, if its spec compiles, the approval of its experiment."""
    text = spec("A model learns digits.", f"experiment_id: {name}", "research_question: Does it?", *lines)
    job = enqueue(Lab(lab.root), text, ".yaml", "medium", name)
    with suppress(CompileError):
        subject = read_job(Lab(lab.root), text.encode(), job.name).subject
        approval = Decision((subject,), "approved", Actor("person", "Ada"), timestamp(datetime.now(UTC)), "submit")
        record(Lab(lab.root), approval)
    return job.name


def start_worker(lab: RealLab) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "proband.cli.main", "work", "--once", "--cores", "1"],
        cwd=lab.root,
        env=activated_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_workers_build_experiments_with_common_runs(lab: RealLab) -> None:
    """A missed deliverable and a spec that does not compile end differently. A common run is trained once."""
    (lab.root / "conf").mkdir()
    reached = "deliverables: [{type: evaluation_results, metric: accuracy, operator: '>=', value: 0.2}]"
    missed = "deliverables: [{type: evaluation_results, metric: accuracy, operator: '>=', value: 1.5}]"
    delivers = submit(lab, "delivers", "sweep: {seed: '0,1'}", reached)
    misses = submit(lab, "misses", "sweep: {seed: '0,1'}", missed)
    unapproved = enqueue(
        Lab(lab.root),
        (lab.root / "queue" / misses).read_text().replace("misses", "unapproved"),
        ".yaml",
        "low",
        "unapproved",
    ).name
    broken = submit(lab, "broken", "sweep: {model.lrr: '0,1'}", reached)
    workers = [start_worker(lab) for _ in range(2)]
    messages = [worker.communicate(timeout=400)[1] for worker in workers]

    assert places(Lab(lab.root)) == {
        "queue": [],
        "completed": [delivers, misses],
        "failed": sorted((broken, unapproved)),
    }, messages
    assert 1 in [worker.returncode for worker in workers]
    checked = {name: payload(lab, name)["validation_results"] for name in (delivers, misses)}
    assert [result["all_deliverables_met"] for result in checked.values()] == [True, False]
    assert payload(lab, misses)["deliverables_status"]["evaluation_results"]["validated"] is False
    attempts = [json.loads(file.read_text())["attempt"] for file in (lab.root / "results/runs").glob("*/status.json")]
    assert attempts == [1, 1]
    assert "model.lrr" in " ".join(error(lab, broken)["diagnostics"])
    assert (error(lab, unapproved)["kind"], error(lab, broken)["kind"]) == ("not_approved", "spec")
    assert not (lab.root / "conf/experiment/broken.yaml").exists()
    assert list((lab.root / "queue/.leases").iterdir()) == []


def payload(lab: RealLab, job: str) -> dict[str, dict[str, dict[str, object]]]:
    return dict(json.loads((lab.root / "completed" / f"{Path(job).stem}.payload.json").read_text()))


def error(lab: RealLab, job: str) -> dict[str, Any]:
    (attempt,) = json.loads((lab.root / "failed" / f"{Path(job).stem}.error.json").read_text())["attempts"]
    return dict(attempt)
