"""A run of a plain function is stored with the same files as any other run."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest
from training_jobs import RUN_ID, config_group, files_below

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from compiler.runs.run_status import RunStatus
from compiler.spec.resources import Resources
from lightning_modules.run_store.signals import DebuggerQuit
from lightning_modules.run_store.train_run import train_run
from rules.verification.repeated_tests import check_predictions

GOOD = (
    "def train(lr, run, folder, save):\n"
    "    run.log({'val/loss': 2.0}, epoch=0)\n"
    "    run.log({'val/loss': 1.0}, epoch=1)\n"
    "    (folder / 'notes.txt').write_text('mine')\n"
    "    save({'weights': [lr]})\n"
    "    return {'accuracy': 0.9}\n"
)
OUTPUTS = {"metrics.json", "eval_results.json", "history.csv", "system_metrics.json", "training_curves.png"}


@pytest.fixture
def own_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "own_training", raising=False)
    return Lab(tmp_path)


def train(lab: Lab, source: str) -> RunStatus:
    (lab.root / "own_training.py").write_text(source, encoding="utf-8")
    groups = {"tracking": config_group("tracking/disabled"), "resources": config_group("resources/default")}
    config = {"seed": 0, "model": {"_target_": "own_training.train", "lr": 0.1}, **groups}
    job = RunJob(RUN_ID, config, {}, "cafe", Resources.of_config(config), ("mine",))
    return train_run(job, lab, attempt=1, last_attempt=True, log=None)


def test_files_of_the_run(own_lab: Lab) -> None:
    assert train(own_lab, GOOD).is_completed
    output = own_lab.run(RUN_ID) / "output"
    assert files_below(output) == OUTPUTS | {"notes.txt", "final_model/model.joblib"}
    assert read_json(output / "metrics.json") == {"schema_version": 1, "accuracy": 0.9, "val/loss": 1.0}
    assert read_json(output / "eval_results.json") == {"schema_version": 1, "accuracy": 0.9, "split": "test"}
    with (output / "history.csv").open(encoding="utf-8") as file:
        assert [row["val/loss"] for row in csv.DictReader(file)] == ["2.0", "1.0"]
    check = check_predictions(own_lab, [RUN_ID], {})
    assert (check.count, check.problems) == (0, ())
    assert check.notes == ("runs of a function or a command, whose tests only that code can repeat: 1",)


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("    return {'accuracy': float('nan')}\n", "non_finite", "own_training.train returned accuracy = nan"),
        ("    import sys; sys.exit(0)\n", "error", "SystemExit(0): it must return its metrics"),
        ("    (folder / 'metrics.json').touch(); return {'a': 1}\n", "error", "which Proband writes itself"),
        ("    raise ValueError('boom')\n", "error", "boom"),
    ],
    ids=["NaN", "exit", "reserved file", "exception"],
)
def test_failure_is_recorded_with_the_history_until_then(own_lab: Lab, body: str, kind: str, message: str) -> None:
    status = train(own_lab, f"def train(lr, run, folder):\n    run.log(loss=1.0)\n{body}")
    assert status.error is not None
    assert (status.error.kind, message in status.error.message) == (kind, True), status.error.message
    assert "1.0" in (own_lab.run(RUN_ID) / "output/history.csv").read_text(encoding="utf-8")
    assert not (own_lab.run(RUN_ID) / "output/eval_results.json").exists()


def test_status_that_the_function_writes_does_not_count(own_lab: Lab) -> None:
    body = "    (folder.parent / 'status.json').write_text('{}')\n    raise ValueError('boom')\n"
    status = train(own_lab, f"def train(lr, folder):\n{body}")
    assert status.error is not None
    assert "status.json" not in status.artifacts


def test_quitting_a_debugger_is_no_result(own_lab: Lab) -> None:
    with pytest.raises(DebuggerQuit, match="a debugger was quit, so nothing is recorded"):
        train(own_lab, "import bdb\ndef train(lr):\n    raise bdb.BdbQuit\n")
    assert not own_lab.run(RUN_ID).exists()
