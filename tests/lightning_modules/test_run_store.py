from __future__ import annotations

import gc
import hashlib
import itertools
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from PIL import Image
from safetensors.torch import load_file
from training_jobs import RUN_ID, SHORT, Clock, Job, job

from compiler.base.paths import ENGINE, Lab
from compiler.runs.run_status import RunStatus, read_complete_status
from lightning_modules.failures.classify import TransientFailure
from lightning_modules.recording.history import read_history
from lightning_modules.run_store.train_run import record_killed_run, train_run
from lightning_modules.training.recorded_training import preload


def subject(name: str, **changes: Any) -> Job:
    return job(model={"_target_": f"subjects.{name}"}, trainer=SHORT, **changes)


def trained(job: Job, lab: Lab, last_attempt: bool = True, log: Path | None = None) -> RunStatus:
    return train_run(job, lab, attempt=2, last_attempt=last_attempt, log=log, clock=Clock())


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def leftovers(lab: Lab) -> list[str]:
    partial = lab.partial_run(RUN_ID).parent
    return [entry.name for entry in partial.iterdir()] if partial.exists() else []


# What a finished run holds.


def test_a_finished_run_is_whole(finished: Path) -> None:
    names = {name for name in files(finished) if "/wandb/" not in name}
    assert names == {
        "config.json",
        "status.json",
        ".status.json",
        "provenance.json",
        "train.log",
        "output/final_model/model.safetensors",
        "output/final_model/sample.safetensors",
        "output/metrics.json",
        "output/eval_results.json",
        "output/history.csv",
        "output/system_metrics.json",
        "output/training_curves.png",
    }
    assert (finished / "train.log").read_text(encoding="utf-8") == "one line\n"


def test_the_status_tells_the_outcome_and_every_file(finished: Path) -> None:
    status = read(finished / "status.json")
    artifacts = status.pop("artifacts")
    assert 0 < status.pop("duration_seconds") < 600
    assert status == {
        "schema_version": 1,
        "run_id": RUN_ID,
        "status": "completed",
        "attempt": 1,
        "started_at": "2030-01-01T00:02:00+00:00",
        "completed_at": "2030-01-01T00:03:00+00:00",
        "error": None,
    }
    assert set(artifacts) == files(finished) - {"status.json", ".status.json"}
    for name, recorded in artifacts.items():
        content = (finished / name).read_bytes()
        assert recorded == {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}, name


def test_config_and_provenance_say_what_ran(finished: Path, tracked_job: Job) -> None:
    assert read(finished / "config.json") == {
        "schema_version": 1,
        "run_id": RUN_ID,
        "config": tracked_job.config,
        "data": tracked_job.data,
    }
    provenance = read(finished / "provenance.json")
    expected = {"run_id": RUN_ID, "fingerprint": "cafe", "experiments": ["digits_lr"], "seed": 0, "torch_threads": 1}
    assert expected.items() <= provenance.items()
    assert provenance["python"] == platform.python_version()
    assert {"torch", "lightning", "numpy"} <= set(provenance["packages"])


def test_the_network_learns_and_its_metrics_agree_with_its_history(finished: Path) -> None:
    metrics, results = read(finished / "output/metrics.json"), read(finished / "output/eval_results.json")
    history = read_history(finished / "output/history.csv")
    assert metrics["accuracy"] == results["accuracy"] >= 0.93
    assert (results["split"], results["n"]) == ("test", 359)
    assert (metrics["epochs"], metrics["steps"]) == (5, 170) == (5, len(history["train_loss"]))
    assert metrics["final_accuracy"] == history["eval_accuracy"][-1].value
    assert metrics["best_accuracy"] == max(point.value for point in history["eval_accuracy"])
    assert metrics["eval_loss"] == history["eval_loss"][-1].value
    assert metrics["train_loss"] == history["train_loss_epoch"][-1].value


def test_the_cost_is_measured(finished: Path) -> None:
    cost = read(finished / "output/system_metrics.json")
    assert cost["wall_seconds"] > cost["fit_seconds"] > cost["data_loading_seconds"] > 0
    assert cost["test_seconds"] > 0
    assert cost["train_samples"] == 5 * 1078
    assert cost["samples_per_second"] == pytest.approx(cost["train_samples"] / cost["fit_seconds"])
    assert cost["peak_rss_bytes"] > 50e6
    assert cost["torch_threads"] == 1


def test_the_curves_are_a_picture(finished: Path) -> None:
    with Image.open(finished / "output/training_curves.png") as image:
        image.verify()


def test_the_sample_is_the_first_rows_of_the_first_test_batch(finished: Path) -> None:
    sample = load_file(finished / "output/final_model/sample.safetensors")
    assert {name: tuple(tensor.shape) for name, tensor in sample.items()} == {
        "batch.0": (4, 1, 8, 8),
        "batch.1": (4,),
        "prediction": (4, 10),
    }


def test_no_secret_and_no_name_of_a_user_is_written(finished: Path) -> None:
    for file in finished.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert b"s3cret" not in content, file
        assert b"somebodys-name" not in content, file


# How runs fail.


def test_the_same_job_gives_the_same_numbers(lab: Lab) -> None:
    once = trained(subject("Exporting"), lab).artifacts
    lab.status_copy(RUN_ID).unlink()
    again = trained(subject("Exporting"), lab).artifacts
    for name in ("metrics.json", "eval_results.json", "history.csv", "final_model/model.safetensors", "notes.txt"):
        assert once[f"output/{name}"] == again[f"output/{name}"]


def test_a_diverging_run_is_written_down(lab: Lab) -> None:
    status = trained(job(model={"lr": 1e30}), lab, last_attempt=False)
    assert (status.status, status.error.kind, status.attempt) == ("failed", "non_finite", 2)
    assert status == read_complete_status(lab.status(RUN_ID))
    kept = files(lab.run(RUN_ID))
    assert {"config.json", "provenance.json", "output/history.csv", "output/system_metrics.json"} <= kept
    assert not {"output/metrics.json", "output/eval_results.json"} & kept
    losses = [row.value for row in read_history(lab.run(RUN_ID) / "output/history.csv")["train_loss"]]
    assert losses[0] < 10
    assert str(losses[-1]) in {"nan", "inf"}


@pytest.mark.parametrize(
    ("name", "message", "traced"),
    [("Crashing", "a bug in the model", "in training_step"), ("Quitting", "3", "SystemExit: 3")],
)
def test_a_crashing_model_is_written_down_with_its_traceback(name: str, message: str, traced: str, lab: Lab) -> None:
    (lab.root / "job.log").write_text("what it printed\n", encoding="utf-8")
    status = trained(subject(name), lab, last_attempt=False, log=lab.root / "job.log")
    assert status.status == "failed"
    assert (status.error.kind, status.error.message) == ("error", message)
    assert traced in status.error.traceback
    assert status.error.hint.startswith("read the traceback")
    assert len(read_history(lab.run(RUN_ID) / "output/history.csv")["train_loss"]) == 3
    assert (lab.run(RUN_ID) / "train.log").read_text(encoding="utf-8") == "what it printed\n"


TRANSIENT = {
    "OutOfMemory": "out_of_memory",
    "DiskFull": "no_space",
    "Offline": "network",
    "Unimportable": "environment",
    "Unplottable": "evidence",
}


@pytest.mark.parametrize(("name", "kind"), TRANSIENT.items(), ids=TRANSIENT)
def test_a_transient_failure_is_raised_and_only_the_last_one_written_down(name: str, kind: str, lab: Lab) -> None:
    with pytest.raises(TransientFailure) as raised:
        trained(subject(name), lab, last_attempt=False)
    assert raised.value.kind == kind
    assert not lab.run(RUN_ID).exists()
    assert leftovers(lab) == []
    status = trained(subject(name), lab, last_attempt=True)
    assert (status.status, status.error.kind) == ("failed", kind)


def test_data_that_changed_since_compiling_are_not_trained_on(lab: Lab) -> None:
    with pytest.raises(TransientFailure, match=r"data/digits\.npz: compiled with version 0123"):
        trained(job(versions={"data/digits.npz": "0123"}), lab, last_attempt=False)


def test_a_metric_that_is_no_number_is_null(lab: Lab) -> None:
    assert trained(subject("NanMetric"), lab).status == "completed"
    metrics = read(lab.run(RUN_ID) / "output/metrics.json")
    assert metrics["auroc"] is None
    assert metrics["eval_loss"] > 0


# What is visible, and when.


@pytest.mark.parametrize("name", ["Interrupted", "Terminated", "Disguised", "Swallowed"])
def test_an_interrupted_run_leaves_nothing(name: str, lab: Lab) -> None:
    with pytest.raises(KeyboardInterrupt):
        trained(subject(name), lab)
    assert not lab.run(RUN_ID).exists()
    assert leftovers(lab) == []


def test_an_empty_folder_made_beforehand_is_filled(lab: Lab) -> None:
    lab.run(RUN_ID).mkdir(parents=True)
    trained(subject("Exporting"), lab)
    assert lab.status(RUN_ID).is_file()


def test_older_evidence_is_replaced_as_a_whole(lab: Lab) -> None:
    lab.run(RUN_ID).mkdir(parents=True)
    (lab.run(RUN_ID) / "stale.txt").touch()
    trained(subject("Exporting"), lab)
    assert not (lab.run(RUN_ID) / "stale.txt").exists()
    assert leftovers(lab) == []


def test_older_evidence_outlives_an_attempt_that_gives_none(lab: Lab) -> None:
    lab.run(RUN_ID).mkdir(parents=True)
    (lab.run(RUN_ID) / "old.txt").touch()
    with pytest.raises(TransientFailure):
        trained(subject("OutOfMemory"), lab, last_attempt=False)
    assert files(lab.run(RUN_ID)) == {"old.txt"}


def test_a_finished_run_is_trained_again_when_its_standing_is_taken(lab: Lab) -> None:
    trained(subject("Crashing"), lab)
    lab.status_copy(RUN_ID).unlink()
    assert trained(subject("Exporting"), lab).status == "completed"


@pytest.mark.parametrize("name", ["Exporting", "Crashing"], ids=["completed", "failed"])
def test_a_status_that_was_deleted_comes_back_without_training(name: str, lab: Lab) -> None:
    """Snakemake deletes an output before it runs its job, and the trainer would fail if it trained."""
    first = trained(subject(name), lab)
    lab.status(RUN_ID).unlink()
    assert trained(subject("Quitting"), lab) == first == read_complete_status(lab.status(RUN_ID))


SPOILED = {
    "an artifact is gone": lambda lab: (lab.run(RUN_ID) / "output/history.csv").unlink(),
    "an artifact was cut": lambda lab: (lab.run(RUN_ID) / "output/history.csv").write_text("e"),
    "no provenance": lambda lab: (lab.run(RUN_ID) / "provenance.json").unlink(),
    "its copy is damaged": lambda lab: lab.status_copy(RUN_ID).write_text("{"),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_run_that_is_not_whole_does_not_stand(spoil: Callable[[Lab], object], lab: Lab) -> None:
    trained(subject("Crashing"), lab)
    lab.status(RUN_ID).unlink()
    spoil(lab)
    assert trained(subject("Exporting"), lab).status == "completed", "the crash stands no longer"


def test_a_run_that_was_killed_before_the_rename_is_taken(lab: Lab) -> None:
    first = trained(subject("Exporting"), lab)
    lab.partial_run(RUN_ID).parent.mkdir(exist_ok=True)
    lab.run(RUN_ID).rename(lab.partial_run(RUN_ID))
    assert trained(subject("Quitting"), lab) == first
    assert leftovers(lab) == []


def test_a_partial_folder_on_another_disk_is_copied(lab: Lab) -> None:
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == lab.root.stat().st_dev:
        pytest.skip("there is no second file system here")
    with tempfile.TemporaryDirectory(dir=elsewhere) as scratch:
        lab.partial_run(RUN_ID).parent.parent.mkdir(parents=True)
        lab.partial_run(RUN_ID).parent.symlink_to(scratch)
        status = trained(subject("Exporting"), lab)
        assert set(status.artifacts) | {"status.json", ".status.json"} == files(lab.run(RUN_ID))
        assert leftovers(lab) == []


def test_a_clock_that_jumps_back_gives_no_negative_duration(lab: Lab) -> None:
    hours = itertools.count()
    status = train_run(subject("Exporting"), lab, 1, True, None, lambda: Clock().now - timedelta(hours=next(hours)))
    assert status.completed_at < status.started_at
    assert 0 < status.duration_seconds < 600


def test_a_killed_trainer_is_written_down(lab: Lab) -> None:
    (lab.root / "job.log").write_text("what it printed\n", encoding="utf-8")
    lab.run_lock(RUN_ID).parent.mkdir(parents=True)
    status = record_killed_run(subject("Exporting"), lab, 3, 9, lab.root / "job.log", Clock())
    assert (status.status, status.error.kind) == ("failed", "killed")
    assert files(lab.run(RUN_ID)) == {"config.json", "provenance.json", "status.json", ".status.json", "train.log"}


@pytest.mark.parametrize("place", ["run", "partial_run"], ids=["in its place", "before the rename"])
def test_a_trainer_that_was_killed_when_all_was_written_has_completed(place: str, finished: Path, lab: Lab) -> None:
    shutil.copytree(finished, getattr(lab, place)(RUN_ID))
    lab.run_lock(RUN_ID).parent.mkdir(parents=True)
    same = replace(subject("Exporting"), fingerprint="cafe")
    assert record_killed_run(same, lab, 3, 9, None, Clock()) == read_complete_status(finished / "status.json")
    assert lab.status(RUN_ID).is_file()


def test_a_failure_of_the_machine_does_not_stand(lab: Lab) -> None:
    """An orphan of an earlier build may have written it down while this trainer waited."""
    lab.run_lock(RUN_ID).parent.mkdir(parents=True)
    record_killed_run(subject("Exporting"), lab, 3, 9, None, Clock())
    assert trained(subject("Exporting"), lab).status == "completed"


class WatchedLab(Lab):
    """Tells when a trainer is about to ask for its lock."""

    def run_lock(self, run_id: str) -> Path:
        self.asked.set()
        return super().run_lock(run_id)

    asked = threading.Event()


@pytest.mark.parametrize(("fingerprint", "reused"), [("cafe", True), ("beef", False)], ids=["same code", "other code"])
def test_a_second_trainer_waits_and_takes_what_the_first_completed(
    fingerprint: str, reused: bool, finished: Path, lab: Lab
) -> None:
    """The first trainer is this test, holding the lock; the second one would fail if it trained."""
    answers: list[RunStatus] = []
    watched, second_job = WatchedLab(lab.root), replace(subject("Crashing"), fingerprint=fingerprint)
    second = threading.Thread(target=lambda: answers.append(trained(second_job, watched)))
    lab.run_lock(RUN_ID).parent.mkdir(parents=True)
    with FileLock(lab.run_lock(RUN_ID)):
        watched.asked.clear()
        second.start()
        watched.asked.wait()
        shutil.copytree(finished, lab.run(RUN_ID))
        assert not answers
    second.join()
    assert (answers[0] == read_complete_status(finished / "status.json")) is reused
    assert (answers[0].status == "failed") is not reused


def test_a_server_can_import_beforehand_what_trainings_import_late() -> None:
    try:
        preload()
        assert {"matplotlib.figure", "wandb.sdk.launch"} <= set(sys.modules)
    finally:
        gc.unfreeze()


@pytest.mark.slow
@pytest.mark.parametrize("stop", ["terminate", "kill"])
def test_a_stopped_process_shows_nothing_and_blocks_nobody(stop: str, lab: Lab) -> None:
    """`kill` leaves a partial folder with a dead lease, which the next trainer clears."""
    (lab.root / "job.json").write_text(json.dumps(subject("Sleeping").to_json()), encoding="utf-8")
    program = (
        "import json, pathlib; from compiler.base.paths import Lab; "
        "from compiler.plan.planned_run import read_run_job; "
        "from lightning_modules.run_store.train_run import train_run; "
        "train_run(read_run_job(pathlib.Path('job.json')), Lab(pathlib.Path()), 1, True, None)"
    )
    path = f"{ENGINE}:{Path(__file__).parent}"
    command = [sys.executable, "-c", program]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env={"PYTHONPATH": path}, cwd=lab.root, text=True, **pipes) as process:
        assert process.stdout
        assert process.stdout.readline() == "training\n"
        assert leftovers(lab) == [RUN_ID]
        getattr(process, stop)()
        process.wait()
    assert process.returncode != 0
    assert not lab.run(RUN_ID).exists()
    assert trained(subject("Exporting"), lab).status == "completed"
    assert leftovers(lab) == []
