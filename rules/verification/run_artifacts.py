"""Compare the files of runs with the hashes and the ids that the runs recorded."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from compiler.base.identity import NotCanonical, run_id
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.runs.run_status import RunStatus, read_complete_status
from rules.verification.check import Check

_NOT_RECORDED = frozenset({"status.json", ".status.json", "machine_failure.json"})  # written after the hashes
_UPLOAD_MARK = ".wandb.synced"  # written by `wandb sync`
_READ_WITHOUT_RECORD = ("output/", "config.json", "provenance.json")  # paths that later steps read


def check_runs(lab: Lab, runs: Collection[str]) -> Check:
    """Hash all artifacts of finished runs again, in several threads."""
    finished = [run for run in sorted(runs) if lab.run(run).is_dir()]
    with ThreadPoolExecutor(max_workers=min(32, 2 * (os.cpu_count() or 1))) as pool:
        results = list(pool.map(lambda run: _check_run(lab, run), finished))
    files = sum(count for count, _ in results)
    missing = len(runs) - len(finished)
    return Check(
        "files of the runs have the recorded hashes and ids",
        files,
        f"files of {len(finished)} {'run' if len(finished) == 1 else 'runs'}",
        tuple(problem for _, problems in results for problem in problems),
        (f"planned runs that are not trained yet: {missing}",) if missing else (),
    )


def runs_on_disk(lab: Lab) -> list[str]:
    """Return the ids of all runs in the store, also of those that no spec uses."""
    folder = lab.run("x").parent
    entries = folder.iterdir() if folder.is_dir() else ()
    return sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))


def _check_run(lab: Lab, run: str) -> tuple[int, list[str]]:
    """Return the number of recorded files of a run, and its problems."""
    folder = lab.run(run)
    if not lab.status(run).exists() and lab.machine_failure(run).is_file():
        return 0, []  # the next build trains it again
    status = read_complete_status(lab.status(run))
    if status is None:
        return 0, [f"results/runs/{run}/status.json: is missing, or is not the status of a run"]
    problems = [
        *_status_problems(lab, run, status),
        *config_problems(folder, run),
        *_artifact_problems(folder, status),
    ]
    return len(status.artifacts), [f"results/runs/{run}/{problem}" for problem in problems]


def _status_problems(lab: Lab, run: str, status: RunStatus) -> Iterator[str]:
    if status.run_id != run:
        yield f"status.json: belongs to run {status.run_id}"
    if read_complete_status(lab.status_copy(run)) != status:
        yield "status.json: differs from its copy .status.json, so one of them was edited"


def _artifact_problems(folder: Path, status: RunStatus) -> Iterator[str]:
    """Yield artifacts that differ from the record or are missing, and files that are not recorded."""
    for path, artifact in sorted(status.artifacts.items()):
        file = folder / path
        try:
            if not artifact.matches(file):
                yield f"{path}: was changed after the training"
        except OSError:
            yield f"{path}: is missing or cannot be read"
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if is_unrecorded(path, status) and file.is_file():
            yield f"{path}: is not among the files that the training recorded"


def is_unrecorded(path: str, status: RunStatus) -> bool:
    """Return whether a file of a run is one that later steps read, although the training did not record it."""
    is_recorded = path in status.artifacts or path in _NOT_RECORDED or path.endswith(_UPLOAD_MARK)
    return not is_recorded and path.startswith(_READ_WITHOUT_RECORD)


def config_problems(folder: Path, run: str) -> Iterator[str]:
    """Yield the problems of the config. It needs no recorded hash, because the id of the run is its hash."""
    try:
        content = read_json(folder / "config.json")
        actual = run_id(content["config"], content["data"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, NotCanonical):
        yield "config.json: is missing, or does not contain a config and data versions"
        return
    if actual != run:
        yield f"config.json: its config and data versions have the run id {actual}"
