"""What a tracked run must contain is read from the files of the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compiler.deliverables.check import FinishedRun
from lightning_modules.checks.tracked_run.differences import summary_differences
from lightning_modules.checks.tracked_run.expected_run import ExpectedRun, UnreadableRun, expected_run


def run_with(folder: Path, metrics: Any) -> FinishedRun:
    (folder / "output").mkdir()
    (folder / "output/history.csv").write_text("epoch,step,loss\n0,0,0.5\n")
    (folder / "output/metrics.json").write_text(json.dumps(metrics))
    (folder / "config.json").write_text(json.dumps({"config": {"model": {"lr": 0.1}}}))
    return FinishedRun("0123456789ab", folder, {}, {})


@pytest.mark.parametrize(
    ("summary", "is_equal"),
    [
        pytest.param({"accuracy": 0.5, "perplexity": None}, True, id="as logged"),
        pytest.param({"accuracy": 0.5}, True, id="no value on the server"),
        pytest.param({"accuracy": 0.5, "perplexity": 3.0}, False, id="invented value"),
        pytest.param({"accuracy": None, "perplexity": None}, False, id="lost value"),
    ],
)
def test_metric_that_is_not_finite_is_expected_as_null(tmp_path: Path, summary: Any, is_equal: bool) -> None:
    metrics = {"schema_version": 1, "accuracy": 0.5, "perplexity": None}
    expected: ExpectedRun = expected_run(run_with(tmp_path, metrics))
    assert expected.summary == {"accuracy": 0.5, "perplexity": None}
    assert (not list(summary_differences(expected, summary))) is is_equal


@pytest.mark.parametrize("metrics", [{"accuracy": "high"}, {"accuracy": [0.5]}, [0.5], None], ids=str)
def test_metrics_that_are_no_numbers_make_the_run_unreadable(tmp_path: Path, metrics: Any) -> None:
    with pytest.raises(UnreadableRun):
        expected_run(run_with(tmp_path, metrics))
