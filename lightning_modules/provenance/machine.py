"""Describe the machine of a training: processor, memory, GPUs and their driver."""

from __future__ import annotations

import os
import platform
import re
from functools import cache
from pathlib import Path

import torch

from compiler.runs.provenance_parts import Gpu, Hardware
from lightning_modules.provenance.command_output import command_output

_CPU_INFO = Path("/proc/cpuinfo")
_LIMIT = 1 << 12  # bytes of output that are read
_SECONDS = 10.0


def hardware() -> Hardware:
    """Return the processor, the memory and the GPUs. Initializes CUDA if there is a GPU, so no server may call this."""
    return Hardware(processor(), _usable_cores(), _memory(), _gpus())


@cache
def processor() -> str | None:
    """Return the model of the processor. Cached, so that processes forked from a server need not read it."""
    try:
        match = re.search(r"^(?:model name|Model|cpu model)\s*:\s*(.+)$", _CPU_INFO.read_text("utf-8"), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        output = command_output(["sysctl", "-n", "machdep.cpu.brand_string"], Path(), _LIMIT, seconds=_SECONDS)
        return (output.content.decode("utf-8", "replace").strip() if output else "") or platform.machine() or None
    return match[1].strip() if match else platform.machine() or None


@cache
def gpu_driver() -> str | None:
    """Return the version of Nvidia's driver, None without one. Cached as above, because the program takes a second."""
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    output = command_output(command, Path(), _LIMIT, seconds=_SECONDS)
    lines = output.content.decode("ascii", "replace").split() if output else []
    return lines[0] if lines and re.fullmatch(r"[\d.]{1,30}", lines[0]) else None


def _gpus() -> tuple[Gpu, ...]:
    if not torch.cuda.is_available():
        return ()
    devices = map(torch.cuda.get_device_properties, range(torch.cuda.device_count()))
    return tuple(
        Gpu(device.name, device.total_memory, gpu_driver(), torch.version.cuda, f"{device.major}.{device.minor}")
        for device in devices
    )


def _usable_cores() -> int | None:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):  # this system does not state it
        return None
