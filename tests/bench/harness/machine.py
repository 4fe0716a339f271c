"""Describe the machine on which a table was measured, and how busy it was."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

import psutil

from compiler.base.paths import ENGINE

TOOLS = ("snakemake", "hydra-core", "lightning", "torch", "wandb")


def machine() -> dict[str, str]:
    """Return processor, memory, system and versions."""
    tools = {name: version(name) for name in TOOLS}
    return {
        "processor": processor(Path("/proc/cpuinfo")),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **tools,
    }


def processor(cpuinfo: Path) -> str:
    """Return the model of the processor as the kernel states it, or the architecture."""
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def load_average() -> float:
    """Return the mean number of running processes in the last minute."""
    return os.getloadavg()[0]


def busy_percent() -> float:
    """Return the share of the processor that all programs use in the next two seconds, in which this one waits."""
    return float(psutil.cpu_percent(interval=2.0))


def commit() -> str:
    """Return the commit of the engine, marked if files were changed after it."""
    command = ["git", "-C", str(ENGINE), "describe", "--always", "--abbrev=12", "--dirty= with changes"]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return output or "unknown"


def reference_seconds() -> float:
    """Return the processor time of a fixed loop in Python, by which the speeds of two days can be compared."""
    start = time.process_time()
    total = 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - start
