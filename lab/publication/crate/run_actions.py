"""Describe each training as an action of a crate: start, end, agent, program, inputs and results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256

from compiler.runs.run_status import failure_line
from lab.publication.crate.node import Node, file_id, local_id, refs
from lab.publication.crate.software import training_id
from lab.publication.crate.stored_runs import StoredRun

STATUS = {True: "http://schema.org/CompletedActionStatus", False: "http://schema.org/FailedActionStatus"}
STEP = local_id("step", "training")
_VALUE = ("PropertyValue",)
_INPUTS = ("config.json",)  # of a run; its other files are results


def action_id(run: str) -> str:
    return local_id("run", run)


def control_id(run: str) -> str:
    return local_id("job", run)


def run_nodes(run: StoredRun, spec: str, files: Mapping[str, bytes], agents: Sequence[str]) -> Iterator[Node]:
    """Yield the action of a run, the job that started it, its data, and its results outside of the package.

    Args:
        spec: the path of the spec in the package.
        agents: the ids of the authors.
    """
    data, artifacts = list(_data(run)), list(_artifacts(run, files))
    copies = [path for path in files if path.startswith(f"runs/{run.id}/")]
    inputs = [path for path in (*(f"runs/{run.id}/{name}" for name in _INPUTS), spec) if path in files]
    completed = run.status.is_completed
    properties = {
        "name": f"Training of run {run.id}",
        "description": _description(run),
        "startTime": run.started,
        "endTime": run.ended,
        "agent": refs(agents),
        "instrument": {"@id": training_id(run)},
        "object": refs([*map(file_id, inputs), *(node.id for node in data if node.types != _VALUE)]),
        "result": refs([*(file_id(path) for path in copies if path not in inputs), *(node.id for node in artifacts)]),
        "actionStatus": STATUS[completed],
        "error": None if completed else failure_line({"error": asdict(run.status.error) if run.status.error else None}),
    }
    yield Node(action_id(run.id), ("CreateAction",), properties)
    job = {
        "name": f"Job of run {run.id}",
        "instrument": {"@id": STEP},
        "object": {"@id": action_id(run.id)},
        "actionStatus": STATUS[completed],
    }
    yield Node(control_id(run.id), ("ControlAction",), job)
    yield from data
    yield from artifacts


def _description(run: StoredRun) -> str:
    record = run.provenance
    seed = f", with seed {record.seed}" if record and record.seed is not None else ""
    parts = [f"Attempt {run.status.attempt} {run.status.status}{seed}."]
    if record and record.hardware:
        gpus = [gpu.name for gpu in record.hardware.gpus]
        parts.append(f"Hardware: {', '.join(filter(None, (record.hardware.cpu, *gpus))) or 'not recorded'}.")
    if record and record.resumed:
        parts.append(f"It resumed from a checkpoint of epoch {record.resumed.epoch}.")
    return " ".join(parts)


def _data(run: StoredRun) -> Iterator[Node]:
    """Yield the data that a run used, with the hash by which DVC tracks them. The package does not contain them."""
    for path, version in sorted(run.provenance.data.items()) if run.provenance else ():
        value = local_id("hash", path, version)
        properties = {"name": path, "description": "Data of the lab, not part of the package", "version": version}
        yield Node(local_id("data", path, version), ("CreativeWork",), properties | {"identifier": {"@id": value}})
        digest = {"name": "hash by which DVC tracks the data", "propertyID": "md5", "value": version}
        yield Node(value, _VALUE, digest)


def _artifacts(run: StoredRun, files: Mapping[str, bytes]) -> Iterator[Node]:
    """Yield the files that the run stored, except those that the package contains with the same bytes."""
    for path, artifact in sorted(run.status.artifacts.items()):
        copy = files.get(f"runs/{run.id}/{path}")
        if path not in _INPUTS and (copy is None or sha256(copy).hexdigest() != artifact.sha256):
            properties = {
                "name": path,
                "description": f"File of run {run.id} as the training stored it, not part of the package",
                "sha256": artifact.sha256,
                "contentSize": str(artifact.size),
            }
            yield Node(local_id("run", run.id, path), ("CreativeWork",), properties)
