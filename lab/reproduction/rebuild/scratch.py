"""Make a scratch lab in which a run is trained again. It shares the code of a lab, and none of its results."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from compiler.base.paths import Lab

# Results, state and decisions of the lab. A training that needs them would copy its result instead of computing it.
_OWN = frozenset(
    {"results", ".proband", ".snakemake", ".git", ".dvc", "dvc.lock", "reproductions", "archive", "metrics", ".venv"}
)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a temporary folder, which is deleted at the end, also after an interrupt."""
    with TemporaryDirectory(prefix="proband-reproduce-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


def link_lab(root: Path, target: Path, data: Iterable[str]) -> Lab:
    """Make a lab at `target` with links to the code and specs of the lab `root`, and without the tracked data.

    Folders that contain the data at the paths `data` are real folders, so that other versions can be placed there.
    """
    target.mkdir()
    _link(root.resolve(), target, PurePosixPath(), [PurePosixPath(path) for path in data])
    return Lab(target)


def _link(root: Path, target: Path, folder: PurePosixPath, data: list[PurePosixPath]) -> None:
    for entry in (root / folder).iterdir():
        path = folder / entry.name
        if path in data or str(path) in _OWN or path.suffix == ".dvc":
            continue
        if any(path in data_path.parents for data_path in data):
            (target / path).mkdir()
            _link(root, target, path, data)
        else:
            (target / path).symlink_to(entry)


def set_aside(scratch: Lab, run: str, number: int) -> Path:
    """Move a finished run out of the run store of a scratch lab, so that the run can be trained again."""
    folder = scratch.state / "repeated" / str(number)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(scratch.run(run), folder)
    return folder
