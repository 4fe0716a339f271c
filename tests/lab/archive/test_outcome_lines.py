"""The lines about an archive name everything that a colleague needs; those about a remote show no password."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from lab.archive.archived import Archived
from lab.archive.outcome import archived_lines, restored_lines
from lab.archive.restored import Restored, remote_problem

ALWAYS = ("archive/runs/a.dvc", "results/registrations.jsonl")
MORE = ("approvals/a.yaml", "results/metrics/x.json", "results/plots/x/a.csv", ".dvc/config")
SHARED = {
    "pointers and registrations": (ALWAYS, "archive results/registrations.jsonl"),
    "everything": (
        (*ALWAYS, *MORE),
        "archive results/registrations.jsonl results/metrics results/plots approvals .dvc/config",
    ),
}


@pytest.mark.parametrize(("files", "paths"), SHARED.values(), ids=SHARED)
def test_command_that_shares_an_archive_names_what_exists(files: tuple[str, ...], paths: str, tmp_path: Path) -> None:
    for name in files:
        write_text(tmp_path / name, "")
    archived = Archived(
        experiments=("x",), runs=1, changed=("archive/runs/a.dvc",), unfinished={}, refused={}, failed={}
    )
    (_, line) = archived_lines(Lab(tmp_path), archived)
    assert line.endswith(f"share them: git add -f {paths} && git commit -m Archive && dvc push && git push")


REMOTES = {
    "wrong address": ("/no/such/folder", "", "remote store (/no/such/folder) cannot be read: no such folder ("),
    "nothing pushed": ("/", "", "remote store (/) does not have all of the missing content ("),
    "refused": (
        "https://lab:s3cret-word@example.org/x",
        "401",
        "remote store (https://<key>@example.org/x) cannot be read: 401 (",
    ),
    "unknown": ("", "", "DVC knows no remote store ("),
}


@pytest.mark.parametrize(("address", "error", "start"), REMOTES.values(), ids=REMOTES)
def test_remote_is_named_with_its_address_and_the_reason(address: str, error: str, start: str) -> None:
    assert remote_problem("store", address, error).startswith(start)


def test_runs_without_content_are_listed_in_one_line() -> None:
    restored = Restored(problems=["remote store …"], without_content={"a", "b", "x"})
    assert [restored.notes_unavailable(name) for name in ("a", "x", "c")] == [True, True, False]
    assert [*restored_lines(restored)][1:] == [
        "remote store …",
        "not restored, because their content is missing: a, x",
    ]
