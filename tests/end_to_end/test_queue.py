"""Two workers process one queue with the real Snakemake."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.queue.jobs import enqueue
from tests.end_to_end.support.build import RealLab, activated_environment
from tests.end_to_end.support.specs import spec
from tests.lab.worker.support import places

pytestmark = pytest.mark.slow


def submit(lab: RealLab, name: str, *lines: str) -> str:
    text = spec("A model learns digits.", f"experiment_id: {name}", *lines)
    return enqueue(Lab(lab.root), text, ".yaml", "medium", name).name


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
    broken = submit(lab, "broken", "sweep: {model.lrr: '0,1'}")
    workers = [start_worker(lab) for _ in range(2)]
    messages = [worker.communicate(timeout=400)[1] for worker in workers]

    assert places(Lab(lab.root)) == {"queue": [], "completed": [delivers, misses], "failed": [broken]}, messages
    assert sorted(worker.returncode for worker in workers) == [0, 1]
    checked = {name: payload(lab, name)["validation_results"] for name in (delivers, misses)}
    assert [result["all_deliverables_met"] for result in checked.values()] == [True, False]
    assert payload(lab, misses)["deliverables_status"]["evaluation_results"]["validated"] is False
    attempts = [json.loads(file.read_text())["attempt"] for file in (lab.root / "results/runs").glob("*/status.json")]
    assert attempts == [1, 1]
    (error,) = json.loads((lab.root / "failed" / f"{Path(broken).stem}.error.json").read_text())["attempts"]
    assert "model.lrr" in " ".join(error["diagnostics"])
    assert not (lab.root / "conf/experiment/broken.yaml").exists()
    assert list((lab.root / "queue/.leases").iterdir()) == []


def payload(lab: RealLab, job: str) -> dict[str, dict[str, dict[str, object]]]:
    return dict(json.loads((lab.root / "completed" / f"{Path(job).stem}.payload.json").read_text()))
