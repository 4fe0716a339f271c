"""Make DVC-tracked data available in a lab: copy or make those of the engine, or get them with DVC."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock

from compiler.base.paths import Lab
from compiler.runs.data_versions import TrackedData
from lightning_modules.data.dvc_commands import fetch_with_dvc
from lightning_modules.data.shipped_data import make_shipped_data
from lightning_modules.data.verify import WrongData, check_data


class DataUnavailable(Exception):
    """DVC can neither find, download nor make a tracked file in its recorded version."""


def fetch_data(tracked: TrackedData, lab: Lab) -> None:
    """Make tracked data available in the lab. Data that the engine tracks are copied from the engine.

    Raises:
        DataUnavailable: The data cannot be obtained, or they have another version than the recorded one.
    """
    target = lab.root / tracked.path
    lock = lab.state / "locks" / "data.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        if not target.exists():
            _obtain(tracked, lab)
    try:
        check_data({tracked.path: tracked.version}, lab.root)
    except WrongData as error:
        raise DataUnavailable(
            f"{error}\nIf you changed the data on purpose, run `dvc repro` and commit dvc.lock. "
            "Runs with new data are new runs; the old runs are kept."
        ) from error


def _obtain(tracked: TrackedData, lab: Lab) -> None:
    """Write tracked data to the lab. Raises DataUnavailable if they cannot be obtained."""
    target, source = lab.root / tracked.path, tracked.root / tracked.path
    with TemporaryDirectory() as folder:
        origin: Path | None = source
        if not source.exists() and (tracked.root / ".dvc").is_dir():
            fetch_with_dvc(tracked)
        elif not source.exists() and tracked.root != lab.root.resolve():
            origin = make_shipped_data(tracked, Path(folder))
        if origin is None or not origin.exists():
            raise DataUnavailable(_reason(tracked))
        if target.resolve() != origin.resolve():
            _copy_atomically(origin, target)


def _reason(tracked: TrackedData) -> str:
    if not (tracked.root / ".dvc").is_dir():
        return f"{tracked.path} does not exist, and {tracked.root} is not a DVC repository (run `dvc init` there)"
    return (
        f"{tracked.path} is not in DVC's cache or on a remote, and no stage makes it "
        "(run `dvc push` where the file exists, or add a stage to dvc.yaml)"
    )


def _copy_atomically(source: Path, target: Path) -> None:
    """Copy to a temporary path, then rename, because the next build would treat a partial copy as complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary_path = target.with_name(f".{target.name}.new")
    shutil.rmtree(temporary_path, ignore_errors=True)
    (shutil.copytree if source.is_dir() else shutil.copyfile)(source, temporary_path)
    temporary_path.replace(target)
