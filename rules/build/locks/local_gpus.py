"""Find the GPUs of this machine for the trainings that a build runs on it."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Callable, Iterable, Mapping

from snakemake.exceptions import WorkflowError

from compiler.plan.planned_run import PlannedRun

SHARE = "gpu_share"  # a resource of Snakemake, in hundredths of a device
_VISIBLE = "CUDA_VISIBLE_DEVICES"


def local_devices(environ: Mapping[str, str], count_devices: Callable[[], int] | None = None) -> list[str]:
    """Return the ids of the devices that this process may use: those of CUDA_VISIBLE_DEVICES, else all."""
    visible = environ.get(_VISIBLE)
    if visible is None:
        return [str(number) for number in range((count_devices or _count_devices)())]
    words = [word.strip() for word in visible.split(",")]
    unused = next((number for number, word in enumerate(words) if word in ("", "-1")), len(words))
    return words[:unused]  # CUDA ignores what follows an invalid id


def check_gpus(runs: Iterable[PlannedRun], devices: list[str]) -> None:
    """Raise WorkflowError if a run requests more devices than this machine has."""
    for run in runs:
        if run.resources.gpus > len(devices):
            problem = f"run {run.id} requests {run.resources.gpus:g} GPUs, but this build may use {len(devices)}"
            raise WorkflowError(f"{problem} (change resources.gpus or CUDA_VISIBLE_DEVICES, or use a cluster)")


def share(gpus: float) -> int:
    """Return the request of a training in hundredths of a device, rounded down so that 1/3 fits three times."""
    return math.floor(100 * gpus)


def _count_devices() -> int:
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return sum(line.startswith("GPU ") for line in listed.stdout.splitlines())
