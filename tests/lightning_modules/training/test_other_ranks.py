"""The other processes of a training on several devices: how they are started, and how they report an error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from compiler.base.paths import ENGINE
from lightning_modules.checkpoints.store import CheckpointStore, SavedCheckpoint
from lightning_modules.training import other_ranks, rank_process
from lightning_modules.training.rank_process import RankJob


def test_job_of_a_rank_read_from_its_json_line_equals_the_original(tmp_path: Path) -> None:
    saved = SavedCheckpoint("5.ckpt", "cafe", epoch=1, step=5, at_epoch_end=True, exact=True)
    for checkpoints in (
        None,
        CheckpointStore(tmp_path, "run", "beef"),
        CheckpointStore(tmp_path, "run", "beef", saved),
    ):
        job = RankJob({"seed": 0, "resources": {"cpus": 1}}, checkpoints)
        assert RankJob.from_line(job.to_line()) == job


def test_rank_is_started_as_the_module_that_reads_its_job_and_reports_its_error() -> None:
    assert other_ranks.rank_process is rank_process
    job = RankJob({"config": "without resources"}, None)
    process = subprocess.Popen(
        [sys.executable, "-m", rank_process.__name__],
        env={"PYTHONPATH": str(ENGINE)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(job.to_line())
        process.stdin.flush()
        answer = json.loads(process.stdout.read())
    assert (answer["kind"], answer["message"]) == ("error", "'resources'")
    assert process.returncode == 1
