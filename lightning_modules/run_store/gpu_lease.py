"""Give each local training GPUs of its own, or a share of one GPU.

A training writes a claim, a file with its devices that it keeps locked. The kernel releases the lock however the
process ends, and the next training removes the claim.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

GPUS = "PROBAND_GPUS"  # environment variable of a build: the ids of the devices that its local trainings share
_POLL_SECONDS = 0.5
_TOLERANCE = 1e-6  # three times 1/3 is a whole GPU


@contextmanager
def leased_gpus(
    folder: Path, devices: Sequence[str], amount: float, pause: Callable[[], object] = lambda: time.sleep(_POLL_SECONDS)
) -> Iterator[list[str]]:
    """Yield the devices of a training. Wait until they are free.

    Args:
        folder: for the claims of all trainings of the lab on this machine.
        devices: the ids of all devices that may be used.
        amount: a number of whole devices, or a share of one device below 1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            chosen = choose_devices(_used_shares(folder, devices), amount)
            if chosen:
                claim = NamedTemporaryFile("w", dir=folder, suffix=".claim", delete=False)  # noqa: SIM115
                fcntl.flock(claim, fcntl.LOCK_EX)
                json.dump({"devices": chosen, "share": min(amount, 1.0)}, claim)
                claim.flush()
                break
        pause()
    try:
        yield chosen
    finally:
        Path(claim.name).unlink(missing_ok=True)
        claim.close()


@contextmanager
def own_gpus(folder: Path, amount: float, environ: MutableMapping[str, str]) -> Iterator[None]:
    """Let CUDA see only the devices of this training, if its build has local devices and it requests some."""
    devices = environ.get(GPUS, "")
    if not devices or not amount:
        yield
        return
    with leased_gpus(folder, devices.split(","), amount) as own:
        environ["CUDA_VISIBLE_DEVICES"] = ",".join(own)
        yield


def choose_devices(used: dict[str, float], amount: float) -> list[str]:
    """Return the devices for a training, an empty list if too few are free. A share is put on the least used device."""
    if amount >= 1:
        free = [device for device, share in used.items() if share == 0]
        return free[: int(amount)] if len(free) >= amount else []
    device = min(used, key=lambda name: used[name])
    return [device] if used[device] + amount <= 1 + _TOLERANCE else []


def _used_shares(folder: Path, devices: Sequence[str]) -> dict[str, float]:
    """Return the used share of each device, and remove the claims of processes that have ended."""
    used = dict.fromkeys(devices, 0.0)
    for file in folder.glob("*.claim"):
        descriptor = os.open(file, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.unlink()
        except BlockingIOError:
            claim = json.loads(file.read_text(encoding="utf-8"))
            for device in claim["devices"]:
                used[device] = used.get(device, 0.0) + claim["share"]
        finally:
            os.close(descriptor)
    return {device: used[device] for device in devices}
