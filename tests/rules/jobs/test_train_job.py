"""The training job passes the threads that Snakemake assigned to the training. No training is started."""

from __future__ import annotations

import pytest

from rules.jobs.train import with_threads
from tests.plans import run_job


@pytest.mark.parametrize(("environ", "cpus"), [({"OMP_NUM_THREADS": "2"}, 2), ({}, 4), ({"OMP_NUM_THREADS": "2,1"}, 4)])
def test_training_uses_the_threads_that_snakemake_assigned(environ: dict[str, str], cpus: int) -> None:
    job = run_job("a", {"seed": 1, "resources": {"cpus": 4, "gpus": 0}})
    assert with_threads(job, environ).config == {"seed": 1, "resources": {"cpus": cpus, "gpus": 0}}
    assert job.config["resources"]["cpus"] == 4
