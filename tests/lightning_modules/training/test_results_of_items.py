"""Trained runs give the results of their test items, from which a claim over seeds and items is decided."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from training_jobs import RUN_ID, SHORT, faulty_job, files_below, run_job

from agents.registered_test.claims import RegisteredTest
from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from lightning_modules.run_store.train_run import train_run


def trained(lab: Lab, level: float, seed: int) -> Observation:
    """Train a run and return it as the registered test reads it."""
    run_id = f"{int(1000 * level):06d}{seed:06d}"
    job = replace(run_job(seed=seed, model={"lr": level}, trainer={"max_epochs": 1}), run_id=run_id)
    assert train_run(job, lab, 1, last_attempt=True, log=None).is_completed
    output = lab.run(run_id) / "output"
    accuracy = read_json(output / "metrics.json")["accuracy"]
    return Observation(run_id, str(level), "", f"seed={seed}", {"accuracy": accuracy}, None, output / "predictions.npz")


def test_a_claim_over_items_is_decided_from_trained_runs(lab: Lab) -> None:
    runs = [trained(lab, level, seed) for level in (0.0003, 0.01) for seed in range(4)]
    over_items = compare(RegisteredTest("accuracy", "maximize", "lr", "0.0003", generalize_to=("seed", "item")), runs)
    over_seeds = compare(RegisteredTest("accuracy", "maximize", "lr", "0.0003"), runs)
    (wide,), (narrow,) = over_items.contrasts, over_seeds.contrasts
    assert over_items.verdict == over_seeds.verdict == "supported"
    assert wide.item_errors is not None
    assert wide.item_errors.items == 359
    assert wide.interval is not None
    assert narrow.interval is not None
    assert wide.interval.low < narrow.interval.low
    assert wide.interval.high > narrow.interval.high


def predictions_of(lab: Lab, model: dict[str, Any]) -> bytes | None:
    """Train a short run in a new lab and return its predictions.npz, None without the file."""
    folder = lab.root / f"lab{len(list(lab.root.iterdir()))}"
    folder.mkdir()
    other = Lab(folder)
    train_run(run_job(model=model, trainer=SHORT), other, 1, last_attempt=True, log=None)
    file = other.run(RUN_ID) / "output/predictions.npz"
    return file.read_bytes() if file.exists() else None


def test_the_same_config_gives_the_same_bytes(lab: Lab) -> None:
    first, second = (predictions_of(lab, {"dropout": 0.5}) for _ in range(2))
    assert first is not None
    assert first == second


def test_a_model_without_results_of_items_trains_and_the_log_says_why(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train_run(faulty_job("OnlyMeans"), lab, 1, last_attempt=True, log=None).is_completed
    files = files_below(lab.run(RUN_ID))
    assert "output/metrics.json" in files
    assert not {"output/predictions.npz", "output/confusion_matrix.png"} & files
    assert "predictions.npz is not written: the results are not one value for each item" in capsys.readouterr().err


def test_a_model_that_returns_nothing_is_predicted_for(lab: Lab) -> None:
    """The class probabilities of `predict_step` give the accuracy that the test step logged."""
    assert train_run(faulty_job("ReturnsNothing"), lab, 1, last_attempt=True, log=None).is_completed
    output: Path = lab.run(RUN_ID) / "output"
    with np.load(output / "predictions.npz", allow_pickle=False) as arrays:
        assert set(arrays) == {"ids", "target", "prediction", "correct"}
        assert arrays["correct"].mean() == pytest.approx(read_json(output / "metrics.json")["accuracy"])
    assert (output / "confusion_matrix.png").stat().st_size > 5_000
