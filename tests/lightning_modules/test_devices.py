"""Trainer presets, compiled models, and trainings on other devices than one CPU."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from training_jobs import RUN_ID, SHORT, Job, config, job

from compiler.base.paths import ENGINE, Lab
from lightning_modules.checkpoints.final_model import compare_prediction
from lightning_modules.recording.history import read_history
from lightning_modules.run_store.train_run import train_run
from lightning_modules.training.fit import UnsupportedStrategy, fit

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")


def preset(name: str) -> dict[str, Any]:
    with initialize_config_dir(str(ENGINE / "conf"), version_base="1.3"):
        composed: Any = OmegaConf.to_container(compose("config", [f"trainer={name}"]).trainer, resolve=True)
    return dict(composed)


def trained(of: Job, lab: Lab) -> Path:
    status = train_run(of, lab, 1, True, None)
    assert status.status == "completed", status.error.traceback
    return lab.run(RUN_ID)


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("name", sorted(file.stem for file in (ENGINE / "conf/trainer").glob("*.yaml")))
def test_a_preset_trains_once_it_has_the_device(name: str, lab: Lab) -> None:
    """Here on one CPU, whatever it asks for."""
    trainer = preset(name) | SHORT | {"accelerator": "cpu", "devices": 1}
    assert fit(config(trainer=trainer), lab.root).steps > 0


def test_bf16_gives_other_numbers_and_still_learns(lab: Lab) -> None:
    exact, rounded = (fit(config(trainer={"max_epochs": 3, **more}), lab.root) for more in ({}, preset_precision()))
    assert exact.test != rounded.test
    assert rounded.test["accuracy"] > 0.85


def preset_precision() -> dict[str, str]:
    return {"precision": preset("bf16")["precision"]}


@pytest.mark.slow
@pytest.mark.parametrize("options", [{"backend": "eager"}, {"backend": "aot_eager", "dynamic": False}])
def test_a_compiled_model_gives_evidence_like_any_other(options: dict[str, Any], lab: Lab) -> None:
    plain = trained(job(trainer=SHORT), lab).rename(lab.root / "plain")
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    of = job(trainer=SHORT)
    of.config["compile"] = options
    run = trained(of, lab)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] > 0
    assert read(run / "output/metrics.json").keys() == read(plain / "output/metrics.json").keys()
    assert compare_prediction(of.config["model"], run / "output/final_model").is_close


def test_a_strategy_that_starts_processes_of_its_own_is_refused(lab: Lab) -> None:
    with pytest.raises(UnsupportedStrategy, match="use ddp"):
        fit(config(trainer={"devices": 2, "strategy": "ddp_spawn"}), lab.root)


def on_two(subject: str = "", **more: Any) -> Job:
    model = {"_target_": f"subjects.{subject}"} if subject else {}
    trainer = {"max_epochs": 3, "devices": 2, "strategy": "ddp"}
    return replace(job(model=model, trainer=trainer, resources={"checkpoint_minutes": 1e-9}), **more)


def in_a_process(of: Job, lab: Lab) -> int:
    (lab.root / "job.json").write_text(json.dumps(of.to_json()), encoding="utf-8")
    program = (
        "import json, pathlib; from compiler.base.paths import Lab; "
        "from compiler.plan.planned_run import read_run_job; "
        "from lightning_modules.run_store.train_run import train_run; "
        "train_run(read_run_job(pathlib.Path('job.json')), Lab(pathlib.Path()), 1, True, None)"
    )
    environment = os.environ | {"PYTHONPATH": f"{ENGINE}:{Path(__file__).parent}"}
    return subprocess.run([sys.executable, "-c", program], env=environment, cwd=lab.root, check=False).returncode


@pytest.mark.slow
def test_two_processes_leave_the_evidence_of_one_training(lab: Lab) -> None:
    of = on_two()
    assert in_a_process(of, lab) == 0
    output = lab.run(RUN_ID) / "output"
    metrics, history = read(output / "metrics.json"), read_history(output / "history.csv")
    assert (metrics["epochs"], metrics["steps"]) == (3, 51), "each of two takes half of 34 batches"
    assert [point.step for point in history["train_loss"]] == list(range(51))
    assert metrics["accuracy"] == history["accuracy"][0].value > 0.85
    assert history["accuracy"][0].step == 51
    assert read(output / "eval_results.json")["n"] == 359, "the test split, once"
    assert read(output / "system_metrics.json")["train_samples"] == 3 * 1078
    assert compare_prediction(of.config["model"], output / "final_model").is_close
    assert not any(lab.partial_run(RUN_ID).parent.iterdir())


@pytest.mark.slow
def test_two_processes_go_on_from_their_checkpoint(lab: Lab) -> None:
    of = on_two()
    of.config["model"] = {"_target_": "subjects.DiesOnce", "die_at": 34, "how": "killed", "rank": 0, "lr": 0.01}
    assert in_a_process(of, lab) == -9
    assert in_a_process(of, lab) == 0
    assert read(lab.run(RUN_ID) / "provenance.json")["resumed"] == {"epoch": 2, "step": 34, "exact": False}
    history = read_history(lab.run(RUN_ID) / "output/history.csv")
    assert [point.step for point in history["train_loss"]] == list(range(51))


@pytest.mark.slow
def test_what_the_other_process_died_of_is_told(lab: Lab) -> None:
    of = on_two()
    of.config["model"] = {"_target_": "subjects.DiesOnce", "die_at": 5, "how": "out of memory", "rank": 1}
    assert in_a_process(of, lab) == 0
    error = read(lab.status(RUN_ID))["error"]
    assert error["kind"] == "out_of_memory"
    assert error["message"].startswith("process 1 of the training: CUDA out of memory")


@pytest.mark.slow
def test_another_process_that_is_killed_is_no_error_of_the_run(lab: Lab) -> None:
    of = on_two()
    of.config["model"] = {"_target_": "subjects.DiesOnce", "die_at": 5, "how": "killed", "rank": 1}
    assert in_a_process(of, lab) == 0
    error = read(lab.status(RUN_ID))["error"]
    assert (error["kind"], error["message"]) == ("killed", "process 1 of the training: killed by signal 9")


@needs_gpu
@pytest.mark.parametrize("name", ["gpu", "gpu_bf16"])
def test_the_digits_are_learnt_on_a_gpu(name: str, lab: Lab) -> None:
    of = job(trainer=preset(name) | {"max_epochs": 5, "accumulate_grad_batches": 1})
    run = trained(of, lab)
    assert read(run / "output/metrics.json")["accuracy"] > 0.9
    cost = read(run / "output/system_metrics.json")
    assert cost["gpu_peak_memory_bytes"] > 0
    assert cost["gpu_name"] == read(run / "provenance.json")["gpu"]
    assert compare_prediction(of.config["model"], run / "output/final_model").is_close
