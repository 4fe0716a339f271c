"""A JobReturn has the metric of a completed run, or the reason why there is none, read from files only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.utils import JobReturn, JobStatus
from omegaconf import DictConfig

from compiler.base.json_files import write_json
from compiler.base.paths import ENGINE, Lab
from lightning_modules.failures.run_failed import RunFailed
from rules.multirun.job_returns import RunNotTrained, job_return
from rules.multirun.sweep_jobs import Job
from rules.multirun.sweep_plan import PlannedJob
from tests.plans import run_job

NewLab = Callable[[Mapping[str, str | bytes]], Lab]
RUN = "0123456789ab"
OVERRIDES = ("experiment=lr", "seed=3", "+a.b=1")


@pytest.fixture(scope="module")
def config() -> DictConfig:
    """The config that Hydra composes for a sweep."""
    with initialize_config_dir(str(ENGINE / "conf"), version_base="1.3"):
        return compose("config", return_hydra_config=True, overrides=["hydra.job.name=train"])


def job_return_of(
    lab: NewLab, config: DictConfig, status: Mapping[str, Any] | None, fingerprint: str = "new", metric: str = "f1"
) -> JobReturn:
    new_lab = lab({})
    write_json(new_lab.run_job(RUN), run_job(RUN, {"seed": 3, "model": {"lr": 0.1}}).to_json())
    if status is not None:
        write_json(new_lab.run(RUN) / "provenance.json", {"fingerprint": fingerprint})
        write_json(new_lab.run(RUN) / "output/metrics.json", {"f1": 0.5, "accuracy": 0.9})
        write_json(new_lab.status(RUN), status)
    return job_return(PlannedJob(Job(OVERRIDES, "lr", ()), RUN, "new", metric), 7, config, 1, new_lab)


def test_completed_run_returns_the_registered_metric_even_if_a_gate_failed(lab: NewLab, config: DictConfig) -> None:
    result = job_return_of(lab, config, {"status": "completed"})
    assert (result.status, result.return_value) == (JobStatus.COMPLETED, 0.5)


def test_missing_metric_is_none(lab: NewLab, config: DictConfig) -> None:
    assert job_return_of(lab, config, {"status": "completed"}, metric="bleu").return_value is None


def test_job_return_has_the_fields_that_the_basic_launcher_sets(lab: NewLab, config: DictConfig) -> None:
    result = job_return_of(lab, config, {"status": "completed"})
    assert result.overrides == list(OVERRIDES)
    assert result.cfg == {"seed": 3, "model": {"lr": 0.1}}
    assert (result.task_name, result.working_dir) == ("train", str(lab({}).run(RUN)))
    assert result.hydra_cfg is not None
    job = result.hydra_cfg.hydra.job
    assert (job.num, job.id, job.override_dirname) == (7, "7", "+a.b=1,experiment=lr,seed=3")
    assert result.hydra_cfg.hydra.overrides.task == list(OVERRIDES)
    assert config.hydra.overrides.task == []


INCOMPLETE: dict[str, tuple[Mapping[str, Any] | None, str, type[Exception], str]] = {
    "failed": (
        {"status": "failed", "error": {"kind": "non_finite", "message": "train_loss is nan\nin epoch 0"}},
        "new",
        RunFailed,
        f"run {RUN} failed, non_finite: train_loss is nan; see ",
    ),
    "not trained": (None, "", RunNotTrained, f"run {RUN} was not trained: Snakemake ended with exit code 1 before"),
    "with other code": ({"status": "completed"}, "old", RunNotTrained, "trained with other code"),
}


@pytest.mark.parametrize(("status", "fingerprint", "kind", "message"), INCOMPLETE.values(), ids=INCOMPLETE)
def test_run_without_a_result_is_a_failed_job(
    status: Mapping[str, Any] | None,
    fingerprint: str,
    kind: type[Exception],
    message: str,
    lab: NewLab,
    config: DictConfig,
) -> None:
    result = job_return_of(lab, config, status, fingerprint)
    assert result.status == JobStatus.FAILED
    with pytest.raises(kind) as caught:
        _ = result.return_value
    assert message in str(caught.value)
