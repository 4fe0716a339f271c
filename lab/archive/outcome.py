"""State the outcome of archiving and restoring in lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.base.paths import Lab
from lab.archive.archived import Archived
from lab.archive.restored import Restored

# What a colleague needs beside the code. Files that do not exist are left out, because `git add` fails for them.
_SHARED = ("archive", "results/registrations.jsonl", "results/metrics", "results/plots", "approvals", ".dvc/config")


def archived_lines(lab: Lab, archived: Archived) -> Iterator[str]:
    for name in archived.experiments:
        failed = archived.failed.get(name, 0)
        yield f"{name}: archived" + (f", with {_count(failed, 'failed run')}" if failed else "")
    if archived.experiments:
        pointers = _count(len(archived.changed), "new or changed pointer", "archive/")
        yield f"{_count(archived.runs, 'run')}, {pointers}" + (
            f"; share them: {_share_command(lab)}" if archived.changed else ""
        )
    for name, reason in archived.unfinished.items():
        yield f"{name}: not archived, not finished: {reason}"
    for name, reason in archived.refused.items():
        yield f"{name}: not archived: {reason}"
    if not (archived.experiments or archived.unfinished or archived.refused):
        yield "no experiment has results, so there is nothing to archive (snakemake --cores 2 builds the experiments)"


def _share_command(lab: Lab) -> str:
    paths = " ".join(path for path in _SHARED if (lab.root / path).exists())
    return f"git add -f {paths} && git commit -m Archive && dvc push && git push"


def restored_lines(restored: Restored) -> Iterator[str]:
    for name in restored.experiments:
        yield f"{name}: restored"
    yield f"{_count(len(restored.runs), 'run')} restored, {len(restored.present)} already here"
    if restored.other_code:
        problem = "missing here and archived, but trained with other code than the current one"
        yield f"{_count(len(restored.other_code), 'run')} {problem}, so a build trains them"
    yield from restored.problems
    if restored.unavailable:
        yield f"not restored, because their content is missing: {', '.join(restored.unavailable)}"


def _count(number: int, noun: str, place: str = "") -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}{f' in {place}' if place else ''}"
