"""Archives of runs from the storage of a build: complete runs are moved into the lab, everything else is refused."""

from __future__ import annotations

import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.runs.run_status import RunError, RunStatus
from rules.remote.archive import InvalidArchive, pack, unpack, unpack_run

RUN = "0123456789ab"
COMPLETED = RunStatus("completed", RUN)


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """The working folder of a job on another machine."""
    folder = tmp_path / "node"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Lab(Path())


def packed(node: Lab, status: RunStatus | None, archive: Path) -> Path:
    (node.run(RUN) / "output").mkdir(parents=True)
    (node.run(RUN) / "output" / "metrics.json").write_text("{}")
    if status is not None:
        write_json(node.status(RUN), status.to_json())
    pack(archive, [node.run(RUN)])
    return archive


def test_run_is_moved_into_the_lab(node: Lab, tmp_path: Path) -> None:
    lab = Lab(tmp_path / "lab")
    unpack_run(lab, RUN, [packed(node, COMPLETED, tmp_path / "packs" / "run.tar")])
    assert lab.status(RUN).is_file()
    assert (lab.run(RUN) / "output" / "metrics.json").read_text() == "{}"
    assert [*lab.partial_run(RUN).parent.iterdir()] == []
    assert not lab.machine_failure_mark(RUN).exists()


def test_run_that_failed_because_of_its_machine_is_trained_again_by_the_next_build(node: Lab, tmp_path: Path) -> None:
    lab = Lab(tmp_path / "lab")
    status = replace(COMPLETED, status="failed", error=RunError("out_of_memory", "no memory"))
    unpack_run(lab, RUN, [packed(node, status, tmp_path / "run.tar")])
    assert lab.machine_failure_mark(RUN).is_file()


@pytest.mark.parametrize(
    "status", [None, replace(COMPLETED, run_id="ba9876543210")], ids=["no status", "another run's status"]
)
def test_incomplete_run_is_refused(node: Lab, tmp_path: Path, status: RunStatus | None) -> None:
    lab = Lab(tmp_path / "lab")
    with pytest.raises(InvalidArchive, match=RUN):
        unpack_run(lab, RUN, [packed(node, status, tmp_path / "run.tar")])
    assert not lab.run(RUN).exists()


def test_archive_cannot_write_outside_of_the_lab(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("forged")
    with tarfile.open(tmp_path / "forged.tar", "w") as tar:
        tar.add(tmp_path / "file", arcname="../outside")
    with pytest.raises(tarfile.OutsideDestinationError):
        unpack([tmp_path / "forged.tar"], tmp_path / "lab")
    assert not (tmp_path / "outside").exists()
