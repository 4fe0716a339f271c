"""The GPUs that local trainings share: those that the process may use."""

from __future__ import annotations

import pytest
from snakemake.exceptions import WorkflowError

from rules.build.locks.local_gpus import check_gpus, local_devices, share
from tests.plans import planned_run

VISIBLE = {
    "a list": ("0,1", ["0", "1"]),
    "some ids": ("2, GPU-5f1c", ["2", "GPU-5f1c"]),
    "none": ("", []),
    "disabled": ("-1", []),
    "an invalid id hides those after it": ("0,-1,1", ["0"]),
    "not set": (None, ["0", "1", "2"]),
}


@pytest.mark.parametrize(("value", "devices"), VISIBLE.values(), ids=VISIBLE)
def test_devices_are_those_that_cuda_may_use(value: str | None, devices: list[str]) -> None:
    environ = {} if value is None else {"CUDA_VISIBLE_DEVICES": value}
    assert local_devices(environ, count_devices=lambda: 3) == devices


def test_more_devices_than_the_machine_has_are_refused() -> None:
    check_gpus([planned_run("a", gpus=2), planned_run("b", gpus=0.5)], ["0", "1"])
    with pytest.raises(WorkflowError, match="run a requests 3 GPUs, but this build may use 2"):
        check_gpus([planned_run("a", gpus=3)], ["0", "1"])


@pytest.mark.parametrize(("gpus", "hundredths"), [(0.5, 50), (1 / 3, 33), (1, 100), (2, 200), (0, 0)])
def test_shares_in_hundredths(gpus: float, hundredths: int) -> None:
    assert share(gpus) == hundredths
