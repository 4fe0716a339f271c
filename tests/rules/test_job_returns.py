"""What sweepers are told of runs: values, failures, and what a build left undone. Told from files alone."""

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
    """What Hydra composes for a sweep."""
    with initialize_config_dir(str(ENGINE / "conf"), version_base="1.3"):
        return compose("config", return_hydra_config=True, overrides=["hydra.job.name=train"])


def returned(
    lab: NewLab, config: DictConfig, status: Mapping[str, Any] | None, fingerprint: str = "new", metric: str = "f1"
) -> JobReturn:
    place = lab({})
    write_json(place.run_job(RUN), run_job(RUN, {"seed": 3, "model": {"lr": 0.1}}).to_json())
    if status is not None:
        write_json(place.run(RUN) / "provenance.json", {"fingerprint": fingerprint})
        write_json(place.run(RUN) / "output/metrics.json", {"f1": 0.5, "accuracy": 0.9})
        write_json(place.status(RUN), status)
    return job_return(PlannedJob(Job(OVERRIDES, "lr", ()), RUN, "new", metric), 7, config, 1, place)


def test_a_completed_run_returns_the_registered_metric_though_the_build_missed_a_gate(
    lab: NewLab, config: DictConfig
) -> None:
    found = returned(lab, config, {"status": "completed"})
    assert (found.status, found.return_value) == (JobStatus.COMPLETED, 0.5)


def test_a_metric_that_is_not_there_is_none(lab: NewLab, config: DictConfig) -> None:
    assert returned(lab, config, {"status": "completed"}, metric="bleu").return_value is None


def test_it_is_told_as_hydras_own_launcher_tells_it(lab: NewLab, config: DictConfig) -> None:
    found = returned(lab, config, {"status": "completed"})
    assert found.overrides == list(OVERRIDES)
    assert found.cfg == {"seed": 3, "model": {"lr": 0.1}}
    assert (found.task_name, found.working_dir) == ("train", str(lab({}).run(RUN)))
    assert found.hydra_cfg is not None
    job = found.hydra_cfg.hydra.job
    assert (job.num, job.id, job.override_dirname) == (7, "7", "+a.b=1,experiment=lr,seed=3")
    assert found.hydra_cfg.hydra.overrides.task == list(OVERRIDES)
    assert config.hydra.overrides.task == []


UNDONE: dict[str, tuple[Mapping[str, Any] | None, str, type[Exception], str]] = {
    "failed": (
        {"status": "failed", "error": {"kind": "non_finite", "message": "train_loss is nan\nin epoch 0"}},
        "new",
        RunFailed,
        f"run {RUN} failed, non_finite: train_loss is nan; see ",
    ),
    "not trained": (None, "", RunNotTrained, f"run {RUN} was not trained: Snakemake ended with exit code 1 before it"),
    "with other code": ({"status": "completed"}, "old", RunNotTrained, "other code than today's"),
}


@pytest.mark.parametrize(("status", "fingerprint", "kind", "told"), UNDONE.values(), ids=UNDONE)
def test_what_is_undone_is_a_failed_job(
    status: Mapping[str, Any] | None,
    fingerprint: str,
    kind: type[Exception],
    told: str,
    lab: NewLab,
    config: DictConfig,
) -> None:
    found = returned(lab, config, status, fingerprint)
    assert found.status == JobStatus.FAILED
    with pytest.raises(kind) as caught:
        _ = found.return_value
    assert told in str(caught.value)
