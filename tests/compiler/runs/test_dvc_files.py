"""The files of DVC are read as DVC writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.runs.dvc_repository.dvc_files import read_outputs
from compiler.runs.dvc_repository.dvc_outputs import Output

IMPORTED = """
md5: eaa5c2f33b793b43f1bf59af024c124a
frozen: true
deps:
- {checksum: '1171', size: 4, hash: md5, path: SOURCE}
outs:
- {md5: f69f, size: 4, hash: md5, path: h.csv}
"""
RECORDED = {
    "a stage": (
        {"dvc.lock": "stages: {s: {outs: [{path: data/x, md5: a1}]}}"},
        Output("data/x", "a1", "s"),
    ),
    "a stage with a working folder": (
        {
            "dvc.yaml": "stages: {s: {cmd: x, wdir: sub/folder, outs: [x]}}",
            "dvc.lock": "stages: {s: {outs: [{path: ../x, md5: a1}]}}",
        },
        Output("sub/x", "a1", "s"),
    ),
    "an instance of a stage": (
        {
            "dvc.yaml": "stages: {s: {matrix: {k: [1]}, cmd: x, wdir: sub, outs: [x]}}",
            "dvc.lock": "stages: {s@1: {outs: [{path: x, md5: a1}]}}",
        },
        Output("sub/x", "a1", "s@1"),
    ),
    "a pointer with a working folder": (
        {"data/p.dvc": "wdir: ../other\nouts: [{path: x, md5: a1}]"},
        Output("other/x", "a1", "data/p.dvc"),
    ),
    "an import from a URL": (
        {"data/h.csv.dvc": IMPORTED.replace("SOURCE", "https://example.org/h.csv")},
        Output("data/h.csv", "f69f", "data/h.csv.dvc", "https://example.org/h.csv"),
    ),
    "an import from a relative path": (
        {"data/h.csv.dvc": IMPORTED.replace("SOURCE", "../../raw/h.csv")},
        Output("data/h.csv", "f69f", "data/h.csv.dvc", "../raw/h.csv"),
    ),
    "an import from another repository": (
        {"data/h.csv.dvc": "deps: [{path: h.csv, repo: {url: git@x:y, rev_lock: f0}}]\nouts: [{md5: f6, path: h.csv}]"},
        Output("data/h.csv", "f6", "data/h.csv.dvc"),
    ),
    "a folder whose files are listed": (
        {"data/f.dvc": "outs: [{path: f, files: [{relpath: b, md5: b1}, {relpath: a, md5: a1, size: 1}]}]"},
        Output("data/f", "e0e137e663ce636e3a879e70c4477ece.dir", "data/f.dvc"),
    ),
}


@pytest.mark.parametrize(("files", "expected"), RECORDED.values(), ids=RECORDED)
def test_recorded_outputs_have_path_version_and_source(files: dict[str, str], expected: Output, tmp_path: Path) -> None:
    assert read_outputs(_written(tmp_path, files)).recorded == [expected]


INVALID = {
    "a hash with control characters": ("data/x.dvc", 'outs: [{path: x, md5: "a\\e[31m"}]', "is not a hash"),
    "a path that is a number": ("data/x.dvc", "outs: [{path: 5, md5: a1}]", "not"),
    "no mapping of stages": ("dvc.yaml", "stages: [a]", "items"),
    "a merge conflict": ("dvc.lock", "<<<<<<< HEAD\nstages: {}\n=======\n", "dvc.lock:"),
}


@pytest.mark.parametrize(("name", "text", "problem"), INVALID.values(), ids=INVALID)
def test_invalid_file_is_one_diagnostic(name: str, text: str, problem: str, tmp_path: Path) -> None:
    (broken,) = read_outputs(_written(tmp_path, {name: text})).broken
    assert broken.diagnostic.file == name
    assert problem in str(broken.diagnostic)


def _written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root
