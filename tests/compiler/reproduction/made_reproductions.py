"""Make reproductions of stored runs for tests, without a training."""

from __future__ import annotations

from typing import Any

from compiler.base.file_hash import sha256_of_file
from compiler.base.paths import Lab
from compiler.reproduction.reproduction import Machine, Reproduction

SHA, OTHER_SHA = "1" * 64, "2" * 64
MACHINE = Machine("AMD EPYC 7763", ("NVIDIA H100",), "Linux-6.1")


def reproduction(run: str = "0" * 12, **changes: Any) -> Reproduction:
    """Return a reproduction with identical results, with changes."""
    fields: dict[str, Any] = {
        "run_id": run,
        "at": "20300301T091500.000000Z",
        "result": "identical",
        "tolerance": 1e-4,
        "trainings": 1,
        "compared": {"metrics": 3},
        "status_sha256": SHA,
        "recorded_provenance": SHA,
        "repeated_provenance": OTHER_SHA,
        "machine": MACHINE,
    }
    return Reproduction(**fields | changes)


def reproduction_of(lab: Lab, run: str, **changes: Any) -> Reproduction:
    """Return a reproduction that fits a stored run."""
    digests = {
        "status_sha256": sha256_of_file(lab.status(run)),
        "recorded_provenance": sha256_of_file(lab.run(run) / "provenance.json"),
    }
    return reproduction(run, **digests | changes)
