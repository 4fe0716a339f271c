"""Data that were edited in the lab are found by their hash, with the command that records them."""

from __future__ import annotations

from hashlib import md5
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE, Lab
from proband.cli.main import main
from rules.verification.edited_data import edited_data
from tests.labs import spec, write_lab

OLD, NEW = md5(b"old").hexdigest(), md5(b"new").hexdigest()
POINTER = f"outs: [{{path: rows.csv, md5: {OLD}, hash: md5}}]"
PATH = "data/rows.csv"


def lab_with(root: Path, files: dict[str, str]) -> Lab:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return Lab(root)


TRACKED = {
    "added file": ("data/rows.csv.dvc", POINTER, f"run `dvc add {PATH}`"),
    "import": (
        "data/rows.csv.dvc",
        f"deps: [{{path: https://example.org/r.csv}}]\n{POINTER}",
        "run `dvc update data/rows.csv.dvc`",
    ),
    "stage": ("dvc.lock", f"stages: {{make: {{outs: [{{path: {PATH}, md5: {OLD}}}]}}}}", "run `dvc repro make`"),
}


@pytest.mark.parametrize(("file", "content", "command"), TRACKED.values(), ids=TRACKED)
def test_edited_data_are_named_with_both_hashes_and_the_command(
    file: str, content: str, command: str, tmp_path: Path
) -> None:
    lab = lab_with(tmp_path, {file: content, PATH: "new"})
    (edited,) = edited_data(lab, [PATH])
    start = f"{PATH} differs from its recorded version (recorded md5 {OLD}, now {NEW}): {command}"
    assert edited.line.startswith(start)
    assert edited.to_json()["present"] == NEW


EQUAL = {
    "recorded content": ({PATH: "old"}, [PATH]),
    "missing data, which the next build fetches": ({}, [PATH]),
    "data that no experiment names": ({PATH: "new"}, []),
    "data that DVC does not track": ({PATH: "old", "data/other.csv": "x"}, [PATH, "data/other.csv"]),
}


@pytest.mark.parametrize(("files", "paths"), EQUAL.values(), ids=EQUAL)
def test_nothing_is_reported(files: dict[str, str], paths: list[str], tmp_path: Path) -> None:
    assert list(edited_data(lab_with(tmp_path, {"data/rows.csv.dvc": POINTER, **files}), paths)) == []


def test_data_that_cannot_be_read_are_reported(tmp_path: Path) -> None:
    lab = lab_with(tmp_path, {"data/rows.csv.dvc": POINTER, f"{PATH}/.dvcignore": "x"})
    (edited,) = edited_data(lab, [PATH])
    assert "now it cannot be read" in edited.line


def test_edited_copies_of_shipped_data_are_deleted(tmp_path: Path) -> None:
    path = "data/digits.npz"
    assert path in (ENGINE / "dvc.lock").read_text(encoding="utf-8")
    (edited,) = edited_data(lab_with(tmp_path, {path: "edited"}), [path])
    assert edited.fix == f"delete {path}; the next build gets the recorded version"


@pytest.mark.parametrize("words", [("diff", "x", "x"), ("verify", "x")], ids=" ".join)
def test_commands_name_edited_data_of_the_experiment(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_lab(tmp_path, {"x": spec(f"experiment: {{hypothesis: H.}}\ndata: {{path: {PATH}}}\n")})
    lab_with(tmp_path, {"data/rows.csv.dvc": POINTER, PATH: "new"})
    assert main(["-C", str(tmp_path), *words]) == 0
    assert f"{PATH} differs from its recorded version (recorded md5 {OLD}, now {NEW})" in capsys.readouterr().out
