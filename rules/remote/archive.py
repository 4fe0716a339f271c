"""Pack files of a lab into an archive for the storage of a build, and unpack one into the lab."""

from __future__ import annotations

import argparse
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.runs.run_status import read_complete_status
from lightning_modules.failures.kinds import is_machine_failure
from lightning_modules.run_store.atomic_move import move_into_store


class InvalidArchive(ValueError):
    """An archive from the storage does not hold the expected run."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    packing = commands.add_parser("pack")
    packing.add_argument("archive", type=Path)
    packing.add_argument("paths", nargs="+", type=Path, help="files and folders of the lab, relative to it")
    unpacking = commands.add_parser("unpack")
    unpacking.add_argument("archives", nargs="*", type=Path)
    unpacking.add_argument("--run", help="take only this run from the archives, and move it into the run store")
    args = parser.parse_args()
    if args.command == "pack":
        pack(args.archive, args.paths)
    elif args.run:
        unpack_run(Lab(Path()), args.run, args.archives)
    else:
        unpack(args.archives, Path())
    return 0


def pack(archive: Path, paths: Sequence[Path]) -> None:
    """Write an archive of files and folders, with their paths relative to the lab."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w") as tar:
        for path in paths:
            tar.add(path)


def unpack(archives: Sequence[Path], folder: Path) -> None:
    """Extract archives below a folder. Links and paths that lead out of it are refused (tarfile.FilterError)."""
    for archive in archives:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")


def unpack_run(lab: Lab, run_id: str, archives: Sequence[Path]) -> None:
    """Move the folder of a run from an archive into the run store. Its last step is a rename.

    A run that failed because of its machine is marked, so that the next build trains it again.

    Raises:
        InvalidArchive: It does not hold this run with its status.
    """
    partial = lab.partial_run(run_id).parent
    partial.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=partial) as folder:
        unpack(archives, Path(folder))
        run = Lab(Path(folder)).run(run_id)
        status = read_complete_status(run / "status.json")
        if status is None or status.run_id != run_id:
            raise InvalidArchive(f"the archive of run {run_id} does not hold its status (delete it from the storage)")
        if is_machine_failure(status):
            write_text(lab.machine_failure_mark(run_id), "")
        move_into_store(run, lab.run(run_id))


if __name__ == "__main__":
    sys.exit(main())
