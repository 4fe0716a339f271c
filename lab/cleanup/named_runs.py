"""Find the runs that files of a lab name: registrations, results, reports, specs, and configs of other runs."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.registration.chain import read_chain
from compiler.registration.entry import LookEntry

# A run id that is not a part of a longer hash.
_RUN_ID = re.compile(rb"(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])")
_CHUNK = 1 << 20
_LONGEST = 14  # bytes of an id and of the characters around it
# Folders of a lab with texts of people and records in git. The files directly in the lab are read as well.
_FOLDERS = (
    *("conf", "docs", "notebooks", "reports", "publication", "queue", "completed", "failed", "approvals"),
    *("archive", "reproductions"),
)


def named_runs(lab: Lab, run_ids: Collection[str]) -> dict[str, str]:
    """Return those of the runs that a file outside the run store names, with the first file that names each.

    The name of a file counts, too, so that a damaged pointer or record still protects its run.

    Raises:
        DamagedChain: The registrations cannot be read.
        InputError: A file cannot be read, so it is unknown which runs it names.
    """
    named: dict[str, str] = {}
    for entry in read_chain(lab.registrations).entries:
        runs = {*entry.runs} if isinstance(entry, LookEntry) else entry.planned_runs | entry.known_runs
        for run in runs & set(run_ids):
            named.setdefault(run, lab.registrations.relative_to(lab.root).as_posix())
    for file in _files(lab):
        for run in (_runs_in(file, run_ids) | _ids_in(os.fsencode(file.name))) & set(run_ids):
            named.setdefault(run, file.relative_to(lab.root).as_posix())
    return named


def runs_in_configs(lab: Lab, kept: Collection[str], run_ids: Collection[str]) -> dict[str, str]:
    """Return those of the runs that configs of kept runs name, for example as a checkpoint. Their configs count too."""
    named: dict[str, str] = {}
    pending = list(kept)
    while pending:
        run = pending.pop()
        for file in (lab.run(run) / "config.json", lab.run_job(run)):
            for other in _runs_in(file, run_ids) if file.is_file() else ():
                if other != run and other not in named and other not in kept:
                    named[other] = file.relative_to(lab.root).as_posix()
                    pending.append(other)
    return named


def _files(lab: Lab) -> Iterator[Path]:
    """Yield the files that may name runs, and the links to runs of experiments. Links are not followed."""
    yield from (entry for entry in sorted(lab.root.iterdir()) if entry.is_file())
    folders = [lab.root / name for name in _FOLDERS]
    folders += [lab.results / name for name in ("experiments", "sweeps", "metrics", "plots")]
    for folder in folders:
        for root, names, files in os.walk(folder):
            yield from (Path(root, name) for name in sorted([*files, *names]) if _is_file_or_link(Path(root, name)))
    if lab.results.is_dir():
        yield from (entry for entry in sorted(lab.results.iterdir()) if entry.is_file())


def _is_file_or_link(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def _ids_in(text: bytes) -> set[str]:
    return {match[0].decode() for match in _RUN_ID.finditer(text)}


def _runs_in(file: Path, run_ids: Collection[str]) -> set[str]:
    """Return the runs whose ids are in a file, or in the target of a link."""
    wanted = set(run_ids)
    try:
        if file.is_symlink():
            return {part for part in Path(os.readlink(file)).parts if part in wanted}
        matches: set[str] = set()
        with file.open("rb") as stream:
            overlap = b""
            while chunk := stream.read(_CHUNK):
                matches |= _ids_in(overlap + chunk)
                overlap = chunk[-_LONGEST:]
        return matches & wanted
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}), so it is unknown which runs it names") from error
