"""A run is stored completely or not at all, whether it completes, fails or is interrupted."""

from __future__ import annotations

import gc
import itertools
import re
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from training_jobs import RUN_ID, TRAIN_COMMAND, Clock, faulty_job, files_below, partial_runs, run_job, write_job

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from compiler.runs.provenance_record import read_provenance
from compiler.runs.run_status import RunStatus, read_complete_status
from lightning_modules.failures.classify import TransientFailure
from lightning_modules.failures.kinds import is_machine_failure
from lightning_modules.recording.history import read_history
from lightning_modules.run_store.train_run import train_run
from lightning_modules.training.recorded_training import preload


def train(job: RunJob, lab: Lab, last_attempt: bool = True, log: Path | None = None) -> RunStatus:
    return train_run(job, lab, attempt=2, last_attempt=last_attempt, log=log, clock=Clock())


def test_same_job_gives_the_same_files(lab: Lab) -> None:
    first = train(faulty_job("Exporting"), lab).artifacts
    lab.status_copy(RUN_ID).unlink()
    second = train(faulty_job("Exporting"), lab).artifacts
    for name in ("metrics.json", "eval_results.json", "history.csv", "final_model/model.safetensors", "notes.txt"):
        assert first[f"output/{name}"] == second[f"output/{name}"]


# Failures


def test_diverged_run_is_recorded_with_its_history(lab: Lab) -> None:
    status = train(run_job(model={"lr": 1e30}), lab, last_attempt=False)
    assert status.error
    assert (status.status, status.error.kind, status.attempt) == ("failed", "non_finite", 2)
    assert status == read_complete_status(lab.status(RUN_ID))
    files = files_below(lab.run(RUN_ID))
    assert {"config.json", "provenance.json", "output/history.csv", "output/system_metrics.json"} <= files
    assert not {"output/metrics.json", "output/eval_results.json"} & files
    losses = [point.value for point in read_history(lab.run(RUN_ID) / "output/history.csv")["train_loss"]]
    assert losses[0] < 10
    assert str(losses[-1]) in {"nan", "inf"}


@pytest.mark.parametrize(
    ("name", "message", "traceback_line"),
    [("Crashing", "a bug in the model", "in training_step"), ("Exiting", "3", "SystemExit: 3")],
)
def test_crash_of_the_model_is_recorded_with_traceback_and_log(
    name: str, message: str, traceback_line: str, lab: Lab
) -> None:
    (lab.root / "job.log").write_text("printed by the job\n", encoding="utf-8")
    status = train(faulty_job(name), lab, last_attempt=False, log=lab.root / "job.log")
    assert status.status == "failed"
    assert status.error
    assert (status.error.kind, status.error.message) == ("error", message)
    assert traceback_line in status.error.traceback
    assert status.error.hint.startswith("read the traceback")
    assert len(read_history(lab.run(RUN_ID) / "output/history.csv")["train_loss"]) == 3
    assert (lab.run(RUN_ID) / "train.log").read_text(encoding="utf-8") == "printed by the job\n"


TRANSIENT = {
    "OutOfMemory": "out_of_memory",
    "DiskFull": "no_space",
    "Offline": "network",
    "BlocksArtifact": "evidence",
}


@pytest.mark.parametrize(("name", "kind"), TRANSIENT.items(), ids=TRANSIENT)
def test_transient_failure_is_raised_and_recorded_only_by_the_last_attempt(name: str, kind: str, lab: Lab) -> None:
    with pytest.raises(TransientFailure) as raised:
        train(faulty_job(name), lab, last_attempt=False)
    assert raised.value.kind == kind
    assert not lab.run(RUN_ID).exists()
    assert partial_runs(lab) == []
    status = train(faulty_job(name), lab, last_attempt=True)
    assert status.error
    assert (status.status, status.error.kind) == ("failed", kind)


def test_a_missing_package_is_recorded_by_the_first_attempt_and_is_no_result(lab: Lab) -> None:
    status = train(faulty_job("Unimportable"), lab, last_attempt=False)
    assert status.error
    assert (status.status, status.error.kind) == ("failed", "environment")
    assert re.fullmatch(r"faulty_models\.py:\d+: No module named 'flash_attn'", status.error.message)
    assert is_machine_failure(status)


def test_data_that_changed_since_compiling_are_not_used(lab: Lab) -> None:
    with pytest.raises(TransientFailure, match=r"data/digits\.npz: compiled with version 0123"):
        train(run_job(versions={"data/digits.npz": "0123"}), lab, last_attempt=False)


def test_metric_that_is_nan_is_null(lab: Lab) -> None:
    assert train(faulty_job("NanMetric"), lab).is_completed
    metrics = read_json(lab.run(RUN_ID) / "output/metrics.json")
    assert metrics["auroc"] is None
    assert metrics["eval_loss"] > 0


# Storing


@pytest.mark.parametrize("name", ["Interrupted", "Terminated", "ConvertsInterrupt", "LosesInterrupt"])
def test_interrupted_run_leaves_no_files(name: str, lab: Lab) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(faulty_job(name), lab)
    assert not lab.run(RUN_ID).exists()
    assert partial_runs(lab) == []


def test_run_is_stored_in_an_existing_empty_folder(lab: Lab) -> None:
    lab.run(RUN_ID).mkdir(parents=True)
    train(faulty_job("Exporting"), lab)
    assert lab.status(RUN_ID).is_file()


def test_older_run_is_replaced_completely(lab: Lab) -> None:
    lab.run(RUN_ID).mkdir(parents=True)
    (lab.run(RUN_ID) / "stale.txt").touch()
    train(faulty_job("Exporting"), lab)
    assert not (lab.run(RUN_ID) / "stale.txt").exists()
    assert partial_runs(lab) == []


def test_older_run_is_kept_if_an_attempt_fails(lab: Lab) -> None:
    lab.run(RUN_ID).mkdir(parents=True)
    (lab.run(RUN_ID) / "old.txt").touch()
    with pytest.raises(TransientFailure):
        train(faulty_job("OutOfMemory"), lab, last_attempt=False)
    assert files_below(lab.run(RUN_ID)) == {"old.txt"}


def test_partial_folder_on_another_file_system_is_copied(lab: Lab) -> None:
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == lab.root.stat().st_dev:
        pytest.skip("there is no second file system on this machine")
    with tempfile.TemporaryDirectory(dir=other) as folder:
        lab.partial_run(RUN_ID).parent.parent.mkdir(parents=True)
        lab.partial_run(RUN_ID).parent.symlink_to(folder)
        status = train(faulty_job("Exporting"), lab)
        assert set(status.artifacts) | {"status.json", ".status.json"} == files_below(lab.run(RUN_ID))
        assert partial_runs(lab) == []


def test_duration_is_not_negative_if_the_clock_jumps_back(lab: Lab) -> None:
    hours = itertools.count()
    job = faulty_job("Exporting")
    status = train_run(job, lab, 1, True, None, lambda: Clock().now - timedelta(hours=next(hours)))
    assert status.completed_at
    assert status.started_at
    assert status.duration_seconds
    assert status.completed_at < status.started_at
    assert 0 < status.duration_seconds < 600
    assert "the clock was set back" in read_provenance(lab.run(RUN_ID) / "provenance.json").notes[-1]


# Processes


def test_server_preloads_modules_that_trainings_import_late() -> None:
    try:
        preload()
        assert {"matplotlib.figure", "wandb.sdk.launch"} <= set(sys.modules)
    finally:
        gc.unfreeze()


@pytest.mark.slow
@pytest.mark.parametrize("stop", ["terminate", "kill"])
def test_stopped_process_leaves_no_run_and_does_not_block_the_next(stop: str, lab: Lab) -> None:
    """After `kill`, a partial folder with the lease of a dead process remains. The next training deletes it."""
    environment = write_job(faulty_job("Sleeping"), lab)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(TRAIN_COMMAND, env=environment, cwd=lab.root, text=True, **pipes) as process:
        assert process.stdout
        assert process.stdout.readline() == "training\n"
        assert partial_runs(lab) == [RUN_ID]
        getattr(process, stop)()
        process.wait()
    assert process.returncode != 0
    assert not lab.run(RUN_ID).exists()
    assert train(faulty_job("Exporting"), lab).is_completed
    assert partial_runs(lab) == []
