"""Changed files of finished runs are found without hashing the unchanged ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from rules.build.changes import run_files
from rules.build.changes.run_files import changed_files
from tests.stored_runs import METRICS, MODEL, flip_byte, store_run, write_status


def test_unchanged_runs_are_not_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(tmp_path)
    runs = [store_run(lab, seed) for seed in range(3)]
    monkeypatch.setattr(run_files, "sha256_of_file", lambda file: pytest.fail(f"{file} was hashed"))
    assert changed_files(lab, [*runs, "not_trained"]) == {}
    assert changed_files(lab, runs) == {}
    (lab.state / "seen_files.json").unlink()
    assert changed_files(lab, runs) == {}


def write(path: str) -> Callable[[Lab, str], object]:
    return lambda lab, run: (lab.run(run) / path).write_bytes(b"another content")


def older(lab: Lab, run: str) -> None:
    """Flip a byte of a file and date it back, to another time than before."""
    file = lab.run(run) / MODEL
    flip_byte(file)
    os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**12))


ATTACKS: dict[str, tuple[Callable[[Lab, str], object], list[str]]] = {
    "a flipped byte": (lambda lab, run: flip_byte(lab.run(run) / MODEL), [MODEL]),
    "another size": (write(METRICS), [METRICS]),
    "a deleted file": (lambda lab, run: (lab.run(run) / "config.json").unlink(), ["config.json"]),
    "two files": (lambda lab, run: [write(METRICS)(lab, run), write(MODEL)(lab, run)], [METRICS, MODEL]),
    "an edited status": (lambda lab, run: lab.status(run).write_text("{}"), ["status.json"]),
    "a status without its copy": (
        lambda lab, run: [lab.status_copy(run).unlink(), os.utime(lab.status(run))],
        ["status.json"],
    ),
}


@pytest.mark.parametrize("is_seen", [True, False], ids=["after a build has seen the run", "at the first build"])
@pytest.mark.parametrize(("attack", "files"), ATTACKS.values(), ids=ATTACKS)
def test_changed_file_is_found_again_and_again(
    attack: Callable[[Lab, str], object], files: list[str], is_seen: bool, tmp_path: Path
) -> None:
    lab = Lab(tmp_path)
    run, other = store_run(lab), store_run(lab, seed=1)
    if is_seen:
        changed_files(lab, [run, other])
    attack(lab, run)
    assert changed_files(lab, [run, other]) == {run: files}
    assert changed_files(lab, [run, other]) == {run: files}


def test_changed_file_of_an_old_date_is_found_after_a_build_has_seen_the_run(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    changed_files(lab, [run])
    older(lab, run)
    assert changed_files(lab, [run]) == {run: [MODEL]}


def test_copied_lab_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    for file in lab.run(run).rglob("*"):
        os.utime(file)  # as `cp` without -p
    os.utime(lab.status_copy(run), ns=(0, 0))
    assert changed_files(lab, [run]) == {}
    monkeypatch.setattr(run_files, "sha256_of_file", lambda file: pytest.fail(f"{file} was hashed"))
    assert changed_files(lab, [run]) == {}


def test_run_that_was_trained_again_is_unchanged(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    changed_files(lab, [run])
    write(MODEL)(lab, run)
    write_status(lab, run, {"attempt": 2})
    assert changed_files(lab, [run]) == {}


@pytest.mark.parametrize("content", ["{", "[]", '{"runs": 3}', '{"runs": {"a": []}}'])
def test_damaged_index_is_written_again(content: str, tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    lab.state.mkdir()
    (lab.state / "seen_files.json").write_text(content)
    assert changed_files(lab, [run]) == {}
    assert run in read_json(lab.state / "seen_files.json")["runs"]
