"""`status` and `show` state recorded reproductions, and name the records that count for nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from lab.reproduction.records import record
from proband.cli.main import main
from rules.jobserver.client import ADDRESS
from tests.compiler.reproduction.made_reproductions import MACHINE, reproduction_of
from tests.compiler.small_lab import FILES
from tests.labs import write_lab
from tests.proband.run_command import Proband
from tests.stored_runs import write_status

AT = "20260101T091500.000000Z"
TIMES = {"started_at": "2025-01-01T12:00:00+00:00", "completed_at": "2025-01-01T12:01:00+00:00"}
LAST = f"last 2026-01-01 09:15 UTC on {MACHINE}; result: identical"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab whose experiment `lr` has two completed runs and a failed one."""
    lab = write_lab(tmp_path, FILES)
    main(["-C", str(lab.root), "compile"])
    for run, status in zip(runs(lab), ("completed", "completed", "failed"), strict=False):
        write_json(lab.run(run) / "provenance.json", {"run_id": run})
        error = {"error": {"kind": "crash", "message": "out of luck"}} if status == "failed" else {}
        write_status(lab, run, {"run_id": run, "status": status} | TIMES | error)
    return lab


@pytest.fixture
def proband(lab: Lab, capsys: pytest.CaptureFixture[str]) -> Proband:
    capsys.readouterr()
    return Proband(lab, capsys)


def runs(lab: Lab) -> list[str]:
    return [point["run"] for point in read_json(lab.state / "plan.json")["experiments"]["lr"]["points"]]


def test_lab_without_records_has_no_badge(lab: Lab, proband: Proband) -> None:
    assert "eproduced" not in proband("status", "lr").out
    assert proband.json("status", "lr")["experiments"]["lr"]["reproduction"] is None
    assert proband.json("show", runs(lab)[0])["reproduction"] is None


def test_badge_needs_a_record_of_every_completed_run(lab: Lab, proband: Proband) -> None:
    first, second, *_ = runs(lab)
    record(lab, reproduction_of(lab, first, at=AT))
    assert (
        f"lr: reproduced in part: 1 of 2 completed runs repeated: 1 agrees, 1 not repeated; {LAST}"
        in proband("status", "lr").out
    )
    assert f"reproduced 1 time; {LAST}" in proband("show", first).out
    assert "eproduced" not in proband("show", second).out
    record(lab, reproduction_of(lab, second, at=AT))
    assert f"lr: reproduced 1 time; {LAST}" in proband("status", "lr").out
    expected: dict[str, Any] = {"times": 1, "reproduced_runs": 2, "runs": 2, "last": AT, "result": "identical"}
    assert expected.items() <= proband.json("status", "lr")["experiments"]["lr"]["reproduction"].items()


def test_forged_record_counts_for_nothing_and_is_named(lab: Lab, proband: Proband) -> None:
    run = runs(lab)[0]
    file = record(lab, reproduction_of(lab, run, at=AT))
    file.write_text(file.read_text().replace('"trainings": 1', '"trainings": 9'))
    for command in (("status", "lr"), ("show", run)):
        answer = proband(*command)
        assert "eproduced" not in answer.out
        assert f"reproductions/{file.name}: was edited" in answer.err
        assert "it counts for nothing" in answer.err


def test_record_of_a_run_that_is_not_here_is_named(lab: Lab, proband: Proband) -> None:
    first, second, *_ = runs(lab)
    record(lab, reproduction_of(lab, first, at=AT))
    file = record(lab, reproduction_of(lab, second, at=AT))
    shutil.rmtree(lab.run(second))
    answer = proband("status", "lr")
    assert f"lr: reproduced 1 time; {LAST}" in answer.out
    assert f"reproductions/{file.name}: run {second} is not in the run store" in answer.err


def test_changed_run_is_not_called_a_training(lab: Lab, proband: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESS, "no server is needed")
    run = runs(lab)[0]
    (lab.run(run) / "config.json").write_text("{}")
    answer = proband("reproduce", run)
    assert answer.code == 1
    assert f"run {run}: was changed after its training, so it is not trained" in answer.err
    assert "training it again" not in answer.err
    assert f"note: run {run} is not archived: move results/runs/{run} away" in answer.out
