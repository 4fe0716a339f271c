"""State why data are not available in their recorded version, and what to do about it."""

from __future__ import annotations

import shlex

from compiler.base.printable import printable_line
from compiler.base.redaction import redact_keys
from compiler.runs.data_versions import TrackedData
from compiler.runs.dvc_repository.dvc_init import dvc_init_command
from lightning_modules.data.with_dvc.damaged_copies import DamagedCopy

CHANGED_ENGINE = "The data of the installed Proband were changed, or it makes other data: install Proband again."
_NEW_RUNS = "Runs with new data are new runs; the old runs are kept."


def changed(tracked: TrackedData) -> str:
    """Return what to do about data in the lab that differ from their recorded version."""
    if tracked.source:
        accept = f"run `dvc add {shlex.quote(tracked.path)}` and commit {tracked.stage}, which is then no import"
    elif tracked.is_pointer:
        accept = f"run `dvc add {shlex.quote(tracked.path)}` and commit {tracked.stage}"
    else:
        accept = "run `dvc repro` and commit dvc.lock"
    return (
        f"If you changed the data on purpose, {accept}. {_NEW_RUNS} "
        f"Otherwise delete {tracked.path}; the next build gets the recorded version."
    )


def _source(tracked: TrackedData) -> str:
    """Return the source of an import without a password."""
    return printable_line(redact_keys(tracked.source))


def changed_source(tracked: TrackedData) -> str:
    """Return what to do if the source of an import has other data now."""
    update = f"run `dvc update {shlex.quote(tracked.stage)}` and commit {tracked.stage}"
    return (
        f"{_source(tracked)} has changed since {tracked.stage} was written. To use the new data, {update}. {_NEW_RUNS} "
        "To keep the old version, run `dvc push` where its file still exists."
    )


def not_reproduced(tracked: TrackedData, command: str) -> str:
    """Return what to do if a subcommand of DVC wrote other data than the recorded ones."""
    if command == "repro":
        return (
            f"The stage '{tracked.stage}' of dvc.yaml does not write what dvc.lock records: its code or its inputs "
            "have changed, or its output is not deterministic. To use the new data, run `dvc repro` and commit "
            f"dvc.lock. {_NEW_RUNS}"
        )
    return (
        "The copy on the remote is damaged. Delete it there, and run `dvc push` where the data are intact "
        f"(its name ends with {tracked.version[:2]}/{tracked.version[2:]})."
    )


def damaged(tracked: TrackedData, copy: DamagedCopy) -> str:
    """Return the message about a damaged copy in DVC's cache or on a remote."""
    return (
        f"{tracked.path} cannot be fetched: {copy.file} must have the hash {copy.expected}, but has {copy.version}\n"
        "The file is damaged. Delete it, and run `dvc push` where the data are intact."
    )


def not_available(tracked: TrackedData, remote: str) -> str:
    """Return why data could not be obtained."""
    problem = f"{tracked.path} (version {tracked.version}) does not exist"
    if not (tracked.root / ".dvc").is_dir():
        source = f", and {_source(tracked)} could not be downloaded" if tracked.source else ""
        command = shlex.join(dvc_init_command(tracked.root))
        return f"{problem}{source}, and {tracked.root} is not a DVC repository (run `{command}` there)"
    place = f"the remote '{remote}'" if remote else "a remote"
    if tracked.source:
        fix = "check the address, or run `dvc push` where the file exists"
        return f"{problem}, is not in DVC's cache or on {place}, and {_source(tracked)} could not be downloaded ({fix})"
    fix = "run `dvc push` where the file exists" + ("" if tracked.is_pointer else ", or add a stage to dvc.yaml")
    return f"{problem}, and is not in DVC's cache or on {place}, and no stage makes it ({fix})"
