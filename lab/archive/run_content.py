"""Check that archived content is the run that it is said to be: its files, its id and its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from compiler.base.lease import LEASE
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.runs.run_status import RunStatus, read_complete_status
from lab.archive.content import Digests, WrongContent
from rules.verification.run_artifacts import config_problems, is_unrecorded

STATUS_FILES = (".status.json", "status.json")


def check_run(folder: Path, run_id: str, fingerprint: str, digests: Mapping[str, Digests]) -> None:
    """Check the files of an archived run.

    Args:
        folder: a folder with at least the status, provenance and config of the run.
        digests: size and hashes of every archived file, by its path in this folder.

    Raises:
        WrongContent: The content is not this run. The message has all problems.
    """
    if problems := list(_problems(folder, run_id, fingerprint, digests)):
        raise WrongContent("; ".join(problems))


def _problems(folder: Path, run_id: str, fingerprint: str, digests: Mapping[str, Digests]) -> Iterator[str]:
    statuses = [read_complete_status(folder / name) for name in STATUS_FILES]
    status = statuses[0]
    if status is None or status != statuses[1]:
        yield "status.json: is missing, or differs from its copy .status.json"
        return
    if status.run_id != run_id:
        yield f"status.json: belongs to run {status.run_id}"
    trained = recorded_fingerprint(folder)
    if trained != fingerprint:
        yield f"provenance.json: has the fingerprint {trained}, the pointer has {fingerprint}"
    yield from config_problems(folder, run_id)
    yield from _artifact_problems(status, digests)


def _artifact_problems(status: RunStatus, digests: Mapping[str, Digests]) -> Iterator[str]:
    for path, artifact in sorted(status.artifacts.items()):
        archived = digests.get(path)
        if archived is None:
            yield f"{path}: is not archived"
        elif archived.sha256 != artifact.sha256 or archived.size != artifact.size:
            yield f"{path}: has the sha256 {archived.sha256}, but the training recorded {artifact.sha256}"
    for path in sorted(digests):
        if is_unrecorded(path, status) or path == LEASE:
            yield f"{path}: is not among the files that the training recorded"


def link_problem(folder: Path) -> str:
    """Return what is wrong with the links in a run, "" if nothing is.

    DVC stores the content of a linked file. It fails at a link to a missing file, and content of another folder is not
    content of the run.
    """
    inside = folder.resolve()
    for link in sorted(path for path in folder.rglob("*") if path.is_symlink()):
        name = link.relative_to(folder).as_posix()
        if not link.exists():
            return f"{name} is a link to a missing file, which DVC cannot store (delete the link)"
        if not link.resolve().is_relative_to(inside):
            return f"{name} is a link out of the run (delete the link)"
    return ""
