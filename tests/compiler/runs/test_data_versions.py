"""A run contains the versions of the tracked data that its config names, so changed data give new runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import ENGINE, Lab
from compiler.runs.data_versions import (
    TrackedData,
    named_data,
    read_data_files,
    remote_of,
    tracked_data,
    unversioned_data_problems,
)
from tests.labs import compile_one, spec, write_lab

LOCK = """
schema: '2.0'
stages:
  rows:
    cmd: make rows
    deps: [{path: make.py, hash: md5, md5: not-this}]
    outs:
    - {path: data/rows.csv, hash: md5, md5: aa11, size: 3}
    - {path: data/sheets/, hash: md5, md5: bb22.dir, nfiles: 2}
  nothing:
    cmd: echo
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    files: dict[str, str | bytes] = {
        "dvc.lock": LOCK,
        "top.txt.dvc": "outs:\n- {path: top.txt, hash: md5, md5: cc33}\n",
        "data/raw/photos.dvc": "outs:\n- {path: photos, md5: dd44.dir}\n",
        "data/raw/deeper/one.bin.dvc": "outs:\n- {path: one.bin, hash: sha256, sha256: ee55}\n",
        "data/empty.dvc": "",
        "elsewhere/x.dvc": "outs:\n- {path: x, md5: ff66}\n",
    }
    return write_lab(tmp_path_factory.mktemp("lab"), files)


def test_tracked_data_are_read_from_all_files_of_dvc(lab: Lab) -> None:
    lab_root = lab.root.resolve()
    lab_data = {path: (data.version, data.stage) for path, data in tracked_data(lab).items() if data.root == lab_root}
    assert lab_data == {
        "data/rows.csv": ("aa11", "rows"),
        "data/sheets": ("bb22.dir", "rows"),
        "top.txt": ("cc33", "top.txt.dvc"),
        "data/raw/photos": ("dd44.dir", "data/raw/photos.dvc"),
        "data/raw/deeper/one.bin": ("ee55", "data/raw/deeper/one.bin.dvc"),
    }


def test_data_of_the_lab_override_data_of_the_engine(lab: Lab, tmp_path: Any) -> None:
    assert tracked_data(lab)["data/digits.npz"].root == ENGINE
    other_lab = write_lab(tmp_path, {"data/digits.npz.dvc": "outs:\n- {path: digits.npz, md5: mine}\n"})
    digits = tracked_data(other_lab)["data/digits.npz"]
    assert (digits.version, digits.root, digits.stage) == ("mine", tmp_path.resolve(), "data/digits.npz.dvc")


TRACKED = {
    path: TrackedData(path, version, ENGINE, "")
    for path, version in {"data/rows.csv": "1", "data/sheets": "2", "data/sheets/one.csv": "3", "plain": "4"}.items()
}
NAMED: dict[str, tuple[Any, set[str]]] = {
    "an empty config": ({}, set()),
    "a path": ({"data": {"path": "data/rows.csv"}}, {"data/rows.csv"}),
    "at any depth": ({"a": [{"b": ["data/rows.csv"]}]}, {"data/rows.csv"}),
    "a path with detours": ("./data/../data//rows.csv", {"data/rows.csv"}),
    "a folder": ("data/sheets", {"data/sheets"}),
    "a folder with a slash": ("data/sheets/", {"data/sheets"}),
    "a file in a folder": ("data/sheets/two.csv", {"data/sheets"}),
    "a file deep in a folder": ("data/sheets/a/b/c.csv", {"data/sheets"}),
    "a file and its folder": ("data/sheets/one.csv", {"data/sheets", "data/sheets/one.csv"}),
    "two paths": (["data/rows.csv", "data/sheets/x"], {"data/rows.csv", "data/sheets"}),
    "a name without a folder": ("plain", {"plain"}),
    "the folder above": ("data", set()),
    "a longer file name with the same beginning": ("data/rows.csv.gz", set()),
    "a longer folder name with the same beginning": ("data/sheets2/a", set()),
    "a file name without its folder": ("rows.csv", set()),
    "an absolute path": ("/data/rows.csv", set()),
    "a path outside the lab": ("../data/rows.csv", set()),
    "only slashes": ("///", set()),
    "only dots": ("../..", set()),
    "empty": ("", set()),
    "a key": ({"data/rows.csv": 1}, set()),
    "no text": ([1, None, 0.5, True], set()),
}


@pytest.mark.parametrize(("config", "expected"), NAMED.values(), ids=NAMED)
def test_a_config_names_tracked_paths_and_paths_in_tracked_folders(config: Any, expected: set[str]) -> None:
    assert named_data(config, TRACKED) == {path: TRACKED[path].version for path in sorted(expected)}


UNVERSIONED_FILES: dict[str, str | bytes] = {
    "dvc.yaml": """
stages:
  rows: {cmd: make rows, outs: [data/rows.csv]}
  never_run: {cmd: make a, outs: [data/made.csv, data/made_folder: {cache: false}, root.csv]}
  in_a_folder: {cmd: make b, wdir: sub, outs: [made.csv]}
  several: {foreach: [a, b], do: {cmd: "make ${item}", outs: ["data/${item}.csv"]}}
""",
    "dvc.lock": "stages: {rows: {outs: [{path: data/rows.csv, md5: aa11}]}, several@a: {outs: [{path: data/a.csv, md5: b}]}}",
    "data/listed.csv.dvc": "deps: [{path: https://example.org/listed.csv}]\nouts: [{path: listed.csv, hash: md5}]\n",
    "outside.dvc": "outs: [{path: ../elsewhere/x.csv, md5: cc33}]\n",
    "rooted.dvc": "wdir: /\nouts: [{path: etc/x.csv, md5: cc33}]\n",
    "hooks.dvc": "outs: [{path: .git/hooks, md5: cc33.dir}]\n",
    "specs.dvc": "outs: [{path: conf/experiment/x.yaml, md5: cc33}]\n",
    "run.dvc": "outs: [{path: results/runs/0123456789ab, md5: cc33.dir}]\n",
}
REPRO = "run `dvc repro` and commit dvc.lock"
UNVERSIONED = {
    "an output of a stage that did not end": ("data/made.csv", "is made by the stage 'never_run'", REPRO),
    "a file in such an output": ("data/made_folder/x.csv", "is made by the stage 'never_run'", REPRO),
    "an output in the folder of the lab": ("root.csv", "is made by the stage 'never_run'", REPRO),
    "an output of a stage with a folder": ("sub/made.csv", "is made by the stage 'in_a_folder'", REPRO),
    "an output of a stage with several instances": ("data/b.csv", "is made by the stage 'several'", REPRO),
    "an import that was not downloaded": ("data/listed.csv", "no hash", "run `dvc update data/listed.csv.dvc`"),
    "the file of DVC": ("data/listed.csv.dvc", "is DVC's file about the data", "write data/listed.csv"),
    "an absolute path": ("/etc/x.csv", "is outside the lab", "track a copy in data/"),
    "hooks of git": (".git/hooks/pre-commit", "in a folder for other files", "track a copy in data/"),
    "a spec": ("conf/experiment/x.yaml", "in a folder for other files", "track a copy in data/"),
    "a run": ("results/runs/0123456789ab/output", "in a folder for other files", "track a copy in data/"),
    "data outside the lab": ("../elsewhere/x.csv", "is outside the lab", "track a copy in data/"),
}


@pytest.mark.parametrize(("path", "problem", "hint"), UNVERSIONED.values(), ids=UNVERSIONED)
def test_data_without_a_version_are_a_problem(path: str, problem: str, hint: str, tmp_path: Path) -> None:
    files = read_data_files(write_lab(tmp_path, UNVERSIONED_FILES))
    (reported,) = unversioned_data_problems({"data": {"path": path}}, files)
    assert reported.path == ("data", "path")
    assert problem in reported.problem
    assert hint in reported.hint


@pytest.mark.parametrize("text", ["data/rows.csv", "data/a.csv", "data/other.csv", "made.csv", "never_run", ""])
def test_data_with_a_version_and_other_texts_are_no_problem(text: str, tmp_path: Path) -> None:
    files = read_data_files(write_lab(tmp_path, UNVERSIONED_FILES))
    assert list(unversioned_data_problems({"data": {"path": text}}, files)) == []


def test_a_path_after_the_folder_of_the_lab_is_the_path(lab: Lab) -> None:
    files = read_data_files(lab)
    text = f"{lab.root.resolve()}/data//rows.csv"
    assert named_data({"path": text}, files.tracked, files.root) == {"data/rows.csv": "aa11"}


def run_of(lab: Lab, name: str) -> tuple[str, dict[str, str]]:
    (run,) = compile_one(lab, name)[1].values()
    return run.id, dict(run.data)


def test_changed_data_give_new_runs_of_the_experiments_that_name_them(lab: Lab) -> None:
    template = "experiment: {{hypothesis: H.}}\ndata: {{path: {path}}}\n"
    before_lab = write_lab(
        lab.root, {"reads": spec(template.format(path="data/rows.csv")), "other": spec(template.format(path="x/y"))}
    )
    before = run_of(before_lab, "reads"), run_of(before_lab, "other")
    after_lab = write_lab(before_lab.root, {"dvc.lock": LOCK.replace("aa11", "aa12")})
    after = run_of(after_lab, "reads"), run_of(after_lab, "other")
    write_lab(before_lab.root, {"dvc.lock": LOCK})
    assert before[0][1] == {"data/rows.csv": "aa11"}
    assert after[0][1] == {"data/rows.csv": "aa12"}
    assert before[0][0] != after[0][0]
    assert before[1] == after[1]
    assert run_of(before_lab, "reads") == before[0]


def test_data_named_only_by_excluded_keys_are_not_data_of_the_run(lab: Lab) -> None:
    text = spec("experiment: {hypothesis: H., rationale: data/rows.csv}\nhydra: {run: {dir: data/rows.csv}}\n")
    assert run_of(write_lab(lab.root, {"named": text}), "named")[1] == {
        "data/digits.npz": tracked_data(lab)["data/digits.npz"].version
    }


REMOTES = {
    "of its data": ({"data": {"path": "data/rows.csv", "remote": "group"}}, "group"),
    "of other data": ({"data": {"path": "x", "remote": "group"}, "model": {"path": "data/rows.csv"}}, ""),
    "none": ({"data": {"path": "data/rows.csv"}}, ""),
    "no data group": ({"data": None}, ""),
    "not a text": ({"data": {"path": "data/rows.csv", "remote": 5}}, ""),
}


@pytest.mark.parametrize(("config", "remote"), REMOTES.values(), ids=REMOTES)
def test_data_group_names_the_remote_of_its_own_data(config: dict[str, Any], remote: str) -> None:
    assert remote_of("data/rows.csv", config, TRACKED) == remote
