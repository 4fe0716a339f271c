"""A run counts as failed if its status file is missing, damaged or invalid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from rules.results.run_record import read_run
from tests.run_files import write_run


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("", "status.json is not readable JSON", id="empty"),
        pytest.param("{", "status.json is not readable JSON", id="truncated"),
        pytest.param("[]", "status.json is not a JSON object", id="list"),
        pytest.param("null", "status.json is not a JSON object", id="null"),
        pytest.param("{}", "status.json is invalid: status: Field required", id="no status"),
        pytest.param('{"status": "done"}', "status.json is invalid: status: Input should be", id="unknown status"),
    ],
)
def test_run_with_an_invalid_status_file_counts_as_failed(tmp_path: Path, content: str, reason: str) -> None:
    lab = Lab(tmp_path)
    lab.run("a").mkdir(parents=True)
    lab.status("a").write_text(content)
    run = read_run(lab, "a")
    assert not run.is_completed
    assert run.failure.startswith(f"unreadable: {reason}")


def test_run_without_a_status_file_counts_as_failed(tmp_path: Path) -> None:
    assert read_run(Lab(tmp_path), "a").failure == "unreadable: status.json is missing"


def test_failure_is_the_kind_and_the_first_line_of_the_message(tmp_path: Path) -> None:
    assert write_run(Lab(tmp_path), "a", status="failed").failure == "non_finite: loss is nan"


def test_failure_without_a_recorded_reason_is_reported_as_unknown(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.run("a").mkdir(parents=True)
    lab.status("a").write_text(json.dumps({"status": "failed"}))
    assert read_run(lab, "a").failure == "unknown: no reason was recorded"


def test_metrics_of_the_test_split_override_those_of_the_training(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    folder = write_run(lab, "a", accuracy=0.8).folder
    (folder / "output/metrics.json").write_text(json.dumps({"accuracy": 0.7, "train_loss": 0.5, "note": "text"}))
    assert read_run(lab, "a").metrics == {"accuracy": 0.8, "train_loss": 0.5}
