"""A scratch lab has the code and the data of a run. Nothing that a training writes there changes the lab."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.fusion.build_groups import FOLDER
from compiler.runs.provenance_record import ProvenanceRecord
from compiler.runs.run_status import RunStatus
from lab.reproduction.rebuild.recorded_data import DataGone, place_data
from lab.reproduction.rebuild.repeated_training import training_environment, unstarted_reason
from lab.reproduction.rebuild.scratch import copy_lab, scratch_folder
from lab.reproduction.recorded_run import RecordedRun
from lightning_modules.data.hashes import data_hash
from tests.labs import write_lab

ROWS = b"1\n2\n"
ROWS_MD5, OTHER_MD5 = "6ddb4095eb719e2a9f0a3f95677d24e0", "0" * 32


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    files = {
        "own.py": "x = 1\n",
        "conf/model/own.yaml": "a: 1\n",
        "data/rows.txt": ROWS,
        "data/rows.txt.dvc": "outs: []\n",
        "data/other.txt": b"other\n",
        "results/runs/x/status.json": b"{}",
        "reproductions/x.json": b"{}",
        ".git/HEAD": b"",
        ".proband/plan.json": b"{}",
        "env/pyvenv.cfg": b"",
    }
    return write_lab(tmp_path / "lab", files)


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_scratch_lab_has_code_and_no_results(lab: Lab, tmp_path: Path) -> None:
    scratch = copy_lab(lab.root, tmp_path / "scratch", ["data/rows.txt"])
    assert files_below(scratch.root) == {"own.py", "conf/model/own.yaml", "data/other.txt"}
    assert (scratch.root / "env").is_symlink()


def test_training_that_writes_everywhere_leaves_the_lab_as_it_is(lab: Lab, tmp_path: Path) -> None:
    version = data_hash(lab.root / "data/rows.txt", lab.root)
    scratch = copy_lab(lab.root, tmp_path / "scratch", ["data/rows.txt"])
    assert place_data(lab, scratch, {"data/rows.txt": version}) == ()
    for name in ("own.py", "data/rows.txt", "data/other.txt"):
        (scratch.root / name).write_text("overwritten")
    assert (lab.root / "own.py").read_text() == "x = 1\n"
    assert (lab.root / "data/rows.txt").read_bytes() == ROWS
    assert (lab.root / "data/other.txt").read_bytes() == b"other\n"


def test_data_behind_a_link_are_copied_and_not_written_to(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "rows.txt").write_bytes(ROWS)
    lab = write_lab(tmp_path / "lab", {"own.py": ""})
    (lab.root / "data").symlink_to(disk)
    scratch = copy_lab(lab.root, tmp_path / "scratch", ["data/rows.txt"])
    place_data(lab, scratch, {"data/rows.txt": data_hash(disk / "rows.txt", disk)})
    (scratch.root / "data/rows.txt").write_text("overwritten")
    assert (disk / "rows.txt").read_bytes() == ROWS


def test_folder_is_deleted_after_an_interrupt() -> None:
    folders = []

    def interrupted() -> None:
        with scratch_folder() as folder:
            (folder / "file").touch()
            folders.append(folder)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not folders[0].exists()


@pytest.mark.parametrize("path", ["../rows.txt", "/etc/passwd", "data/../../x"])
def test_data_outside_the_lab_are_never_fetched(lab: Lab, tmp_path: Path, path: str) -> None:
    scratch = copy_lab(lab.root, tmp_path / "scratch", [])
    with pytest.raises(DataGone, match="leads out of the lab"):
        place_data(lab, scratch, {path: ROWS_MD5})


def test_data_that_are_gone_are_named_with_both_hashes(lab: Lab, tmp_path: Path) -> None:
    present = data_hash(lab.root / "data/rows.txt", lab.root)
    scratch = copy_lab(lab.root, tmp_path / "scratch", ["data/rows.txt"])
    with pytest.raises(DataGone, match=OTHER_MD5) as raised:
        place_data(lab, scratch, {"data/rows.txt": OTHER_MD5})
    assert (raised.value.recorded, raised.value.present) == (OTHER_MD5, present)
    assert not (scratch.root / "data/rows.txt").exists()


def test_files_that_dvc_ignores_do_not_change_the_version_of_a_folder(tmp_path: Path) -> None:
    lab = write_lab(tmp_path / "lab", {"data/rows/a.txt": "1\n", "data/rows/sub/b.txt": "2\n"})
    (lab.root / ".dvcignore").write_text("*.tmp\n")
    version = data_hash(lab.root / "data/rows", lab.root)
    (lab.root / "data/rows/notes.tmp").write_text("not data")
    scratch = copy_lab(lab.root, tmp_path / "scratch", ["data/rows"])
    assert place_data(lab, scratch, {"data/rows": version}) == ()
    assert data_hash(scratch.root / "data/rows", scratch.root) == version


def recorded_run(**changes: Any) -> RecordedRun:
    record = ProvenanceRecord("0" * 12, "c0de", torch_threads=3, **changes)
    return RecordedRun("0" * 12, Path(), RunStatus("completed"), {}, {}, record)


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        pytest.param({}, {"OMP_NUM_THREADS": "3", "PYTHONHASHSEED": "5"}, id="old record: threads only"),
        pytest.param({"OMP_NUM_THREADS": "2"}, {"OMP_NUM_THREADS": "2", "PYTHONHASHSEED": None}, id="as recorded"),
        pytest.param({"MKL_CBWR": "COMPATIBLE"}, {"MKL_CBWR": "COMPATIBLE"}, id="numerical setting"),
        pytest.param({"LD_PRELOAD": "evil.so"}, {"LD_PRELOAD": None}, id="library that the record names"),
        pytest.param({"PYTHONPATH": "evil"}, {"OMP_NUM_THREADS": "3"}, id="variable that is not recorded"),
        pytest.param({"MKL_CBWR": "$(touch x)"}, {"MKL_CBWR": None}, id="text of another kind"),
        pytest.param({"CUDA_VISIBLE_DEVICES": "7"}, {"CUDA_VISIBLE_DEVICES": None}, id="device of another machine"),
    ],
)
def test_recorded_settings_are_set_again(
    recorded: Mapping[str, str], expected: Mapping[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OMP_NUM_THREADS", "LD_PRELOAD", "MKL_CBWR", "CUDA_VISIBLE_DEVICES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONHASHSEED", "5")
    environment = training_environment(recorded_run(environment=recorded), uses_server=False)
    assert {name: environment.get(name) for name in expected} == dict(expected)
    assert "evil" not in environment["PYTHONPATH"]


def test_a_run_is_not_repeated_together_with_those_of_a_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, "/lab/.proband/fusion/1")
    assert FOLDER not in training_environment(recorded_run(), uses_server=True)


@pytest.mark.parametrize(
    ("code", "log", "reason"),
    [
        pytest.param(-9, "", "ended by signal 9", id="killed"),
        pytest.param(1, "", "ended with exit code 1", id="nothing printed"),
        pytest.param(1, "first\nlogin failed: password=s3cret-word\n", "first login failed: password=<key>", id="key"),
    ],
)
def test_training_that_cannot_be_started_states_the_reason_without_keys(
    tmp_path: Path, code: int, log: str, reason: str
) -> None:
    file = tmp_path / "train.log"
    file.write_text(log)
    assert unstarted_reason(code, file).endswith(reason)
