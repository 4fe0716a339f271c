"""Each local training has GPUs of its own, or a share of one. The devices are faked by their ids."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE
from lightning_modules.run_store.gpu_lease import GPUS, choose_devices, leased_gpus, own_gpus

DEVICES = ["3", "GPU-5f1c"]


class NoneIsFree(Exception):
    """Raised instead of a pause."""


def refuse() -> None:
    raise NoneIsFree


def test_two_trainings_share_a_gpu_and_the_fifth_waits_for_one_of_two_gpus(tmp_path: Path) -> None:
    with ExitStack() as trainings:
        leases = [leased_gpus(tmp_path, DEVICES, 0.5, refuse) for _ in range(4)]
        devices_of_runs = [trainings.enter_context(lease) for lease in leases]
        assert Counter(device for devices in devices_of_runs for device in devices) == {"3": 2, "GPU-5f1c": 2}
        with pytest.raises(NoneIsFree), leased_gpus(tmp_path, DEVICES, 0.5, refuse):
            pass
    with leased_gpus(tmp_path, DEVICES, 2, refuse) as devices:
        assert devices == DEVICES


def test_waiting_training_gets_the_gpu_that_becomes_free(tmp_path: Path) -> None:
    first = leased_gpus(tmp_path, ["0"], 1)
    first.__enter__()
    with leased_gpus(tmp_path, ["0"], 1, pause=lambda: first.__exit__(None, None, None)) as devices:
        assert devices == ["0"]


CHOICES = {
    "a whole GPU is not shared": ({"0": 0.5, "1": 0.0}, 1, ["1"]),
    "two whole GPUs": ({"0": 0.0, "1": 0.5, "2": 0.0}, 2, ["0", "2"]),
    "too few whole GPUs": ({"0": 0.0, "1": 0.5}, 2, []),
    "a share on the least used GPU": ({"0": 0.5, "1": 0.25}, 0.5, ["1"]),
    "a third beside two thirds": ({"0": 1 / 3 + 1 / 3}, 1 / 3, ["0"]),
    "no room for a share": ({"0": 0.75, "1": 1.0}, 0.5, []),
}


@pytest.mark.parametrize(("used", "amount", "devices"), CHOICES.values(), ids=CHOICES)
def test_devices_are_chosen_by_their_use(used: dict[str, float], amount: float, devices: list[str]) -> None:
    assert choose_devices(used, amount) == devices


def test_claim_of_a_killed_training_is_removed(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from lightning_modules.run_store.gpu_lease import leased_gpus\n"
        "with leased_gpus(Path(sys.argv[1]), ['0'], 1): print('leased', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ENGINE)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as training:
        assert training.stdout
        assert training.stdout.readline() == "leased\n"
        with pytest.raises(NoneIsFree), leased_gpus(tmp_path, ["0"], 1, refuse):
            pass
        training.kill()
    with leased_gpus(tmp_path, ["0"], 1, refuse) as devices:
        assert devices == ["0"]


@pytest.mark.parametrize(
    ("environ", "amount", "visible"),
    [
        ({GPUS: "4,7", "CUDA_VISIBLE_DEVICES": "4,7"}, 1, "4"),
        ({GPUS: "4,7"}, 2, "4,7"),
        ({GPUS: "4,7"}, 0, None),
        ({"CUDA_VISIBLE_DEVICES": "4,7"}, 1, "4,7"),
    ],
    ids=["one of two", "both", "a training on the CPU", "a build on a cluster"],
)
def test_training_sees_only_its_devices(
    environ: dict[str, str], amount: float, visible: str | None, tmp_path: Path
) -> None:
    with own_gpus(tmp_path, amount, environ):
        assert environ.get("CUDA_VISIBLE_DEVICES") == visible
