"""Stages are read from records of Snakemake and runs, costs include orphans, and exponents describe growth."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import ENGINE
from tests.bench.tables.growth import growth_exponent
from tests.bench.timeline import (
    AFTER_JOBS,
    BEFORE_JOBS,
    BETWEEN_JOBS,
    TRAINING_JOBS,
    TRAININGS,
    Span,
    Timeline,
    timeline,
)

_START = 1_700_000_000.0


def _job(lab: Path, name: str, rule: str, log: str, start: float, end: float) -> None:
    document = {"rule": rule, "log": [log], "starttime": _START + start, "endtime": _START + end}
    write_json(lab / ".snakemake/metadata" / name, document)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    _job(tmp_path, "old", "_train", "old.log", -50, -40)  # of an earlier build
    _job(tmp_path, "data", "_data", "data.log", 2, 3)
    for number in range(2):
        _job(tmp_path, f"train{number}", "_train", f"{number}.log", 3 + number, 6 + number)
    _job(tmp_path, "results", "_results", "results.log", 7, 9)
    _job(tmp_path, "environment", "_results", "results.log", 7, 9)  # a second output of the same job
    for number in range(2):
        status = {"started_at": f"2023-11-14T22:13:2{4 + number}Z", "completed_at": f"2023-11-14T22:13:2{5 + number}Z"}
        write_json(tmp_path / f"results/runs/{number}/status.json", status)
    return tmp_path


def test_stages_are_in_order_and_count_each_job_once(lab: Path) -> None:
    build = timeline(lab, _START, 10.0)
    stages = [(stage.name, stage.start, stage.end, stage.spans, stage.seconds, stage.share) for stage in build.stages()]
    assert stages == [
        (BEFORE_JOBS, 0, 2, 1, 2, 2),
        ("`_data`", 2, 3, 1, 1, 1),
        (TRAINING_JOBS, 3, 7, 2, 6, 2),
        (TRAININGS, 4, 6, 2, 2, 2),
        ("`_results`", 7, 9, 1, 2, 2),
        (AFTER_JOBS, 9, 10, 1, 1, 1),
    ]
    assert sum(stage.share for stage in build.stages()) == build.wall
    assert (build.first_training, build.after_last_training) == (4, 4)


def test_jobs_side_by_side_share_their_time_and_gaps_are_a_stage() -> None:
    jobs = [Span("a", 1, 3), Span("b", 2, 3), Span("c", 5, 6)]
    shares = {stage.name: stage.share for stage in Timeline(jobs, [], 6).stages()}
    assert shares == {BEFORE_JOBS: 1, "a": 1.5, "b": 0.5, BETWEEN_JOBS: 2, "c": 1}


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ([5 + 1, 5 + 10, 5 + 100], 1.0),
        ([5 + 1, 5 + 100, 5 + 10_000], 2.0),
        ([5.0, 5.1, 4.9], None),
        ([5.0, 5.0, 9.0], None),
    ],
    ids=["linear", "quadratic", "constant", "one size alone"],
)
def test_exponent_is_that_of_the_growth_above_a_fixed_cost(costs: list[float], expected: float | None) -> None:
    exponent = growth_exponent([1, 10, 100], costs)
    assert exponent == (None if expected is None else pytest.approx(expected, abs=0.06))


_MEASURE = """
import sys
from pathlib import Path
from tests.bench.harness.measure import cost_of, python
busy = "import time; start = time.process_time()\\nwhile time.process_time() - start < 0.5: pass"
orphan = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {busy!r}], start_new_session=True)"
cost = cost_of(python(orphan), Path("."))
print(cost.seconds >= 0.5)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt orphans")
def test_the_time_of_a_process_that_outlives_its_command_is_counted(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _MEASURE]
    environment = {"PYTHONPATH": str(ENGINE)}
    output = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert output.stdout == "True\n"


_MEASURE_MEMORY = """
from pathlib import Path
from tests.bench.harness.measure import cost_of, python
own = bytearray(200_000_000)
small, large = python("pass"), python("bytearray(150_000_000)")
print(cost_of(small, Path(".")).megabytes < 100, cost_of(large, Path(".")).megabytes)
"""


def test_the_memory_of_a_command_is_not_that_of_the_process_that_starts_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _MEASURE_MEMORY]
    environment = {"PYTHONPATH": str(ENGINE)}
    output = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    is_small, megabytes = output.stdout.split()
    assert (is_small, 143 < float(megabytes) < 250) == ("True", True)
