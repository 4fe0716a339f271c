"""Trainer presets, compiled models, and trainings on several processes or a GPU."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from training_jobs import RUN_ID, SHORT, TRAIN_COMMAND, config, run_job, write_job

from compiler.base.json_files import read_json
from compiler.base.paths import ENGINE, Lab
from compiler.plan.planned_run import RunJob
from lightning_modules.checkpoints.final_model import compare_prediction
from lightning_modules.recording.history import read_history
from lightning_modules.run_store.train_run import train_run
from lightning_modules.training.fit import fit
from lightning_modules.training.trainer import UnsupportedStrategy

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")


def preset(name: str) -> dict[str, Any]:
    with initialize_config_dir(str(ENGINE / "conf"), version_base="1.3"):
        composed: Any = OmegaConf.to_container(compose("config", [f"trainer={name}"]).trainer, resolve=True)
    return dict(composed)


def train(job: RunJob, lab: Lab) -> Path:
    status = train_run(job, lab, 1, True, None)
    assert status.error is None, status.error
    return lab.run(RUN_ID)


@pytest.mark.parametrize("name", sorted(file.stem for file in (ENGINE / "conf/trainer").glob("*.yaml")))
def test_every_preset_trains_on_one_cpu(name: str, lab: Lab) -> None:
    """The preset trains on one CPU, so that this test needs no special device."""
    trainer = preset(name) | SHORT | {"accelerator": "cpu", "devices": 1}
    assert fit(config(trainer=trainer), lab.root).steps > 0


def test_bf16_changes_the_numbers_and_still_learns(lab: Lab) -> None:
    precisions: list[dict[str, str]] = [{}, {"precision": preset("bf16")["precision"]}]
    float32, bfloat16 = (fit(config(trainer={"max_epochs": 3, **precision}), lab.root) for precision in precisions)
    assert float32.test != bfloat16.test
    assert bfloat16.test["accuracy"] > 0.85


@pytest.mark.slow
@pytest.mark.parametrize("options", [{"backend": "eager"}, {"backend": "aot_eager", "dynamic": False}])
def test_compiled_model_has_the_same_outputs(options: dict[str, Any], lab: Lab) -> None:
    eager = train(run_job(trainer=SHORT), lab).rename(lab.root / "eager")
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    job = run_job(trainer=SHORT)
    job.config["compile"] = options
    run = train(job, lab)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] > 0
    assert read_json(run / "output/metrics.json").keys() == read_json(eager / "output/metrics.json").keys()
    assert compare_prediction(job.config["model"], run / "output/final_model").is_close


def test_strategy_that_starts_processes_itself_is_rejected(lab: Lab) -> None:
    with pytest.raises(UnsupportedStrategy, match="use ddp"):
        fit(config(trainer={"devices": 2, "strategy": "ddp_spawn"}), lab.root)


def two_process_job(**model: Any) -> RunJob:
    trainer = {"max_epochs": 3, "devices": 2, "strategy": "ddp"}
    return run_job(model=model, trainer=trainer, resources={"checkpoint_minutes": 1e-9})


def dying_job(step: int, how: str, rank: int) -> RunJob:
    job = two_process_job()
    job.config["model"] = {"_target_": "faulty_models.DiesOnce", "die_at": step, "how": how, "rank": rank, "lr": 0.01}
    return job


def exit_code_of_training(job: RunJob, lab: Lab) -> int:
    environment = write_job(job, lab)
    return subprocess.run(TRAIN_COMMAND, env=environment, cwd=lab.root, check=False).returncode


@pytest.mark.slow
def test_two_processes_write_the_outputs_of_one_training(lab: Lab) -> None:
    job = two_process_job()
    assert exit_code_of_training(job, lab) == 0
    output = lab.run(RUN_ID) / "output"
    metrics, history = read_json(output / "metrics.json"), read_history(output / "history.csv")
    assert (metrics["epochs"], metrics["steps"]) == (3, 51), "each of the two processes takes half of 34 batches"
    assert [point.step for point in history["train_loss"]] == list(range(51))
    assert metrics["accuracy"] == history["accuracy"][0].value > 0.85
    assert history["accuracy"][0].step == 51
    assert read_json(output / "eval_results.json")["n"] == 359, "every sample of the test split counts once"
    assert read_json(output / "system_metrics.json")["train_samples"] == 3 * 1078
    assert compare_prediction(job.config["model"], output / "final_model").is_close
    assert not any(lab.partial_run(RUN_ID).parent.iterdir())


@pytest.mark.slow
def test_two_processes_resume_from_their_checkpoint(lab: Lab) -> None:
    job = dying_job(34, "killed", rank=0)
    assert exit_code_of_training(job, lab) == -9
    assert exit_code_of_training(job, lab) == 0
    assert read_json(lab.run(RUN_ID) / "provenance.json")["resumed"] == {"epoch": 2, "step": 34, "exact": False}
    history = read_history(lab.run(RUN_ID) / "output/history.csv")
    assert [point.step for point in history["train_loss"]] == list(range(51))


@pytest.mark.slow
def test_error_of_another_process_is_recorded(lab: Lab) -> None:
    assert exit_code_of_training(dying_job(5, "out of memory", rank=1), lab) == 0
    error = read_json(lab.status(RUN_ID))["error"]
    assert error["kind"] == "out_of_memory"
    assert error["message"].startswith("process 1 of the training: CUDA out of memory")


@pytest.mark.slow
def test_killed_process_is_recorded_as_killed_and_not_as_an_error_of_the_run(lab: Lab) -> None:
    assert exit_code_of_training(dying_job(5, "killed", rank=1), lab) == 0
    error = read_json(lab.status(RUN_ID))["error"]
    assert (error["kind"], error["message"]) == ("killed", "process 1 of the training: killed by signal 9")


@needs_gpu
@pytest.mark.parametrize("name", ["gpu", "gpu_bf16"])
def test_digits_are_learnt_on_a_gpu(name: str, lab: Lab) -> None:
    job = run_job(trainer=preset(name) | {"max_epochs": 5, "accumulate_grad_batches": 1})
    run = train(job, lab)
    assert read_json(run / "output/metrics.json")["accuracy"] > 0.9
    system_metrics = read_json(run / "output/system_metrics.json")
    assert system_metrics["gpu_peak_memory_bytes"] > 0
    assert system_metrics["gpu_name"] == read_json(run / "provenance.json")["gpu"]
    assert compare_prediction(job.config["model"], run / "output/final_model").is_close
