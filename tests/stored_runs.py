"""Write complete run folders, with hashes and true run ids, without a training."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base.file_hash import sha256_of_file
from compiler.base.identity import run_id
from compiler.base.json_files import write_json
from compiler.base.paths import Lab

MODEL, METRICS = "output/final_model/model.safetensors", "output/eval_results.json"


def store_run(lab: Lab, seed: int = 0, **changes: Any) -> str:
    """Write a completed run of a small config, and return its id. `changes` are fields of its status."""
    config, data = {"seed": seed, "model": {"lr": 0.1}}, {"data/rows.csv": "aa11"}
    run = run_id(config, data)
    folder = lab.run(run)
    write_json(folder / "config.json", {"run_id": run, "config": config, "data": data})
    write_json(folder / "provenance.json", {"run_id": run, "fingerprint": "c0de"})
    write_json(folder / METRICS, {"accuracy": 0.9})
    (folder / MODEL).parent.mkdir(parents=True)
    (folder / MODEL).write_bytes(bytes(1000))
    write_status(lab, run, changes)
    return run


def write_status(lab: Lab, run: str, changes: Mapping[str, Any]) -> None:
    """Write the status of a run and its copy, with the hashes of the files that are there."""
    folder = lab.run(run)
    files = sorted(file for file in folder.rglob("*") if file.is_file() and "status.json" not in file.name)
    status = {
        "schema_version": 1,
        "run_id": run,
        "status": "completed",
        "attempt": 1,
        "started_at": "2030-01-01T12:00:00+00:00",
        "completed_at": "2030-01-01T12:01:00+00:00",
        "duration_seconds": 60.0,
        "error": None,
        "artifacts": {file.relative_to(folder).as_posix(): _artifact(file) for file in files},
    }
    for file in (lab.status_copy(run), lab.status(run)):
        write_json(file, status | changes)


def flip_byte(file: Path) -> None:
    """Change the last byte of a file, which keeps its size."""
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def _artifact(file: Path) -> dict[str, Any]:
    return {"size": file.stat().st_size, "sha256": sha256_of_file(file)}
