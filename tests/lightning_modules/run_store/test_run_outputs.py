"""The files of a completed run agree with each other and contain no secrets."""

from __future__ import annotations

import hashlib
import platform
import sys
from importlib.metadata import distributions
from pathlib import Path

import numpy as np
import pytest
from packaging.utils import canonicalize_name
from PIL import Image
from safetensors.torch import load_file
from training_jobs import RUN_ID, files_below

from compiler.base.json_files import read_json
from compiler.plan.planned_run import RunJob
from compiler.runs.provenance_record import config_digest, read_provenance
from lightning_modules.recording.history import read_history


def test_completed_run_has_all_files(finished: Path) -> None:
    names = {name for name in files_below(finished) if "/wandb/" not in name}
    assert names == {
        "config.json",
        "status.json",
        ".status.json",
        "provenance.json",
        "train.log",
        "output/final_model/model.safetensors",
        "output/final_model/sample.safetensors",
        "output/metrics.json",
        "output/tracking.json",
        "output/eval_results.json",
        "output/history.csv",
        "output/system_metrics.json",
        "output/training_curves.png",
        "output/predictions.npz",
        "output/confusion_matrix.png",
    }
    assert (finished / "train.log").read_text(encoding="utf-8") == "one line\n"


def test_status_contains_the_result_and_the_hash_of_every_file(finished: Path) -> None:
    status = read_json(finished / "status.json")
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
    assert set(artifacts) == files_below(finished) - {"status.json", ".status.json"}
    for name, artifact in artifacts.items():
        content = (finished / name).read_bytes()
        assert artifact == {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}, name


def test_config_and_provenance_describe_the_training(finished: Path, tracked_job: RunJob) -> None:
    assert read_json(finished / "config.json") == {
        "schema_version": 1,
        "run_id": RUN_ID,
        "config": tracked_job.config,
        "data": tracked_job.data,
    }
    provenance = read_json(finished / "provenance.json")
    expected = {"run_id": RUN_ID, "fingerprint": "cafe", "experiments": ["digits_lr"], "seed": 0, "torch_threads": 1}
    assert expected.items() <= provenance.items()
    assert provenance["python"]["version"] == platform.python_version()
    assert {"torch", "lightning", "numpy"} <= set(provenance["packages"])


def test_provenance_names_everything_that_can_change_the_result(finished: Path, tracked_job: RunJob) -> None:
    record = read_provenance(finished / "provenance.json")
    times = ("2030-01-01T00:02:00+00:00", "2030-01-01T00:03:00+00:00")
    assert (record.started_at, record.ended_at, record.attempt) == (*times, 1)
    assert record.config_sha256 == config_digest(read_json(finished / "config.json")["config"])
    assert record.data == tracked_job.data
    installed = {canonicalize_name(entry.metadata["Name"]) for entry in distributions()}
    assert set(record.distributions) == installed
    assert record.distributions["torch"].version == record.packages["torch"]
    assert record.distributions["torch"].record_sha256
    assert record.hardware
    assert record.hardware.cpu
    assert record.hardware.cores
    assert record.libraries
    assert record.libraries.openmp_threads == 1
    assert record.libraries.torch_build["TORCH_VERSION"] == record.packages["torch"].partition("+")[0]
    assert record.python
    assert record.python.executable == Path(sys.executable).name
    assert record.snakemake is None


def test_metrics_agree_with_the_history_and_show_that_the_network_learns(finished: Path) -> None:
    metrics, results = read_json(finished / "output/metrics.json"), read_json(finished / "output/eval_results.json")
    history = read_history(finished / "output/history.csv")
    assert metrics["accuracy"] == results["accuracy"] >= 0.93
    assert (results["split"], results["n"]) == ("test", 359)
    assert (metrics["epochs"], metrics["steps"]) == (5, 170) == (5, len(history["train_loss"]))
    assert metrics["final_accuracy"] == history["eval_accuracy"][-1].value
    assert metrics["best_accuracy"] == max(point.value for point in history["eval_accuracy"])
    assert metrics["eval_loss"] == history["eval_loss"][-1].value
    assert metrics["train_loss"] == history["train_loss_epoch"][-1].value


def test_system_metrics_are_measured(finished: Path) -> None:
    metrics = read_json(finished / "output/system_metrics.json")
    assert metrics["wall_seconds"] > metrics["fit_seconds"] > metrics["data_loading_seconds"] > 0
    assert metrics["test_seconds"] > 0
    assert metrics["train_samples"] == 5 * 1078
    assert metrics["samples_per_second"] == pytest.approx(metrics["train_samples"] / metrics["fit_seconds"])
    assert metrics["peak_rss_bytes"] > 50e6
    assert metrics["torch_threads"] == 1


@pytest.mark.parametrize("name", ["training_curves.png", "confusion_matrix.png"])
def test_plots_are_images(finished: Path, name: str) -> None:
    with Image.open(finished / "output" / name) as image:
        image.verify()


def test_results_of_items_agree_with_the_metrics(finished: Path) -> None:
    metrics = read_json(finished / "output/metrics.json")
    with np.load(finished / "output/predictions.npz", allow_pickle=False) as file:
        items = dict(file)
    assert {name: values.dtype for name, values in items.items()} == {
        "ids": np.int64,
        "target": np.int64,
        "prediction": np.int64,
        "test_loss": np.float32,
        "correct": np.bool_,
    }
    assert list(items["ids"]) == list(range(359))
    assert items["correct"].mean() == pytest.approx(metrics["accuracy"])
    assert (items["prediction"] == items["target"]).mean() == pytest.approx(metrics["accuracy"])
    assert items["test_loss"].mean() == pytest.approx(metrics["test_loss"], rel=1e-5)


def test_sample_consists_of_the_first_rows_of_the_first_test_batch(finished: Path) -> None:
    sample = load_file(finished / "output/final_model/sample.safetensors")
    assert {name: tuple(tensor.shape) for name, tensor in sample.items()} == {
        "batch.0": (4, 1, 8, 8),
        "batch.1": (4,),
        "prediction": (4, 10),
    }


def test_no_file_contains_a_secret_or_a_user_name(finished: Path) -> None:
    for file in finished.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert b"s3cret" not in content, file
        assert b"somebodys-name" not in content, file
