"""Rows of the run table: states, orphans, damaged files, sorting, columns and CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from compiler.base.diagnostics import InputError
from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.run_table.columns import find_column
from compiler.run_table.csv_text import csv_text
from compiler.run_table.read_rows import read_rows, rows_of
from compiler.run_table.run_row import PointOfRun, RunRow
from compiler.run_table.select_columns import all_columns, short_columns
from compiler.run_table.sort_rows import sort_rows
from tests.plans import TEST, plan_of, planned_experiment
from tests.stored_runs import store_run

RUN = "0123456789ab"
DAMAGED = [
    pytest.param("{}", id="empty object"),
    pytest.param("[]", id="list"),
    pytest.param("null", id="null"),
    pytest.param("[" * 100_000, id="nested deeply"),
    pytest.param('{"status": "comp', id="truncated"),
    pytest.param('{"status": "other", "metrics": "x"}', id="other content"),
]


def test_row_has_the_parameters_metrics_and_times_of_a_planned_run(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    (row,) = read_rows(lab, plan_of(planned_experiment("study", {run: {"model.lr": 0.1}})))
    assert (row.run, row.state, row.experiments, row.orphan) == (run, "done", ("study",), False)
    assert row.parameters == {"seed": 0, "model.lr": 0.1}
    assert row.metrics == {"accuracy": 0.9}
    assert (row.attempt, row.duration_seconds) == (1, 60.0)
    assert row.completed_at == "2030-01-01T12:01:00+00:00"


def test_run_without_a_folder_waits_and_has_the_parameters_of_its_point(tmp_path: Path) -> None:
    (row,) = read_rows(Lab(tmp_path), plan_of(planned_experiment("study", {RUN: {"model.lr": 0.1}})))
    assert (row.state, row.parameters, row.metrics, row.attempt) == ("waiting", {"model.lr": 0.1}, {}, None)


def test_orphans_are_listed_last_and_are_never_stale(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    write_json(lab.run(run) / "provenance.json", {"fingerprint": "of other code"})
    lab.run("not-a-run-id").mkdir()
    rows = read_rows(lab, plan_of(planned_experiment("study", {RUN: {}})))
    assert [(row.run, row.state, row.orphan) for row in rows] == [(RUN, "waiting", False), (run, "done", True)]


def test_failed_orphan_states_its_reason(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    store_run(lab, status="failed", error={"kind": "non_finite", "message": "loss is nan\nmore"})
    (row,) = read_rows(lab, plan_of())
    assert (row.state, row.reason) == ("failed", "non_finite: loss is nan")


def test_runs_of_a_spec_that_does_not_compile_are_no_orphans(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    points = [{"name": "base", "overrides": {"seed": 0}, "run": run}, {"run": "../x"}, "other"]
    write_json(lab.experiment("broken") / "experiment.json", {"points": points})
    plan = plan_of()
    object.__setattr__(plan, "broken", {"broken": ("a mistake",)})
    (row,) = read_rows(lab, plan)
    assert (row.experiments, row.points) == (("broken",), ("base",))


@pytest.mark.parametrize("content", DAMAGED)
def test_damaged_status_is_a_failed_run_that_names_the_file(tmp_path: Path, content: str) -> None:
    lab = Lab(tmp_path)
    lab.run(RUN).mkdir(parents=True)
    lab.status(RUN).write_text(content, encoding="utf-8")
    other = store_run(lab)
    rows = {row.run: row for row in read_rows(lab, plan_of())}
    assert (rows[RUN].state, rows[RUN].reason) == ("failed", f"results/runs/{RUN}/status.json is damaged")
    assert rows[other].state == "done"


def test_folder_in_the_place_of_a_status_is_damaged(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.status(RUN).mkdir(parents=True)
    assert [row.state for row in read_rows(lab, plan_of())] == ["failed"]


def test_shared_run_shows_the_points_of_the_experiment_that_it_is_listed_for(tmp_path: Path) -> None:
    experiments = [planned_experiment(name, {RUN: {name: 1}}) for name in ("width", "depth")]
    rows = read_rows(Lab(tmp_path), plan_of(*experiments))
    (row,) = rows_of(rows, "width")
    assert row.experiments == ("width", "depth")
    assert [point.overrides for point in row.shown_points] == [{"width": 1}]
    assert rows_of(rows, "other") == ()


ROWS = [
    RunRow("a", "done", metrics={"accuracy": 0.5, "seed": 3.0}, parameters={"seed": 0, "lr": 0.1}),
    RunRow("b", "failed", parameters={"seed": 1, "lr": 0.1}),
    RunRow("c", "done", metrics={"accuracy": 0.7}, parameters={"seed": 2, "lr": 0.1}),
    RunRow("d", "done", metrics={"accuracy": 0.5}, parameters={"seed": "auto", "lr": 0.1}),
]


@pytest.mark.parametrize(
    ("name", "descending", "order"),
    [
        pytest.param("accuracy", False, "adcb", id="equal runs keep their order, missing is last"),
        pytest.param("accuracy", True, "cadb", id="descending, missing is last"),
        pytest.param("params.seed", False, "abcd", id="texts after numbers"),
        pytest.param("state", False, "acdb", id="fixed column"),
    ],
)
def test_rows_are_sorted(name: str, descending: bool, order: str) -> None:
    assert "".join(row.run for row in sort_rows(ROWS, find_column(name, ROWS), descending=descending)) == order


def test_unknown_column_is_an_error_with_a_hint() -> None:
    with pytest.raises(InputError, match=r"no run has a metric, parameter or column 'acc' \(did you mean accuracy\?"):
        find_column("acc", ROWS)
    with pytest.raises(InputError, match="did you mean 'accuracy'"):
        find_column("acuracy", ROWS)


def test_columns_have_unique_titles_and_leave_out_parameters_that_are_equal() -> None:
    titles = list(all_columns(ROWS))
    assert titles[-3:] == ["params.seed", "accuracy", "metrics.seed"]
    assert "lr" in all_columns(ROWS, all_parameters=True)


def test_table_shows_the_metrics_that_the_experiment_names() -> None:
    rows = [RunRow("a", "done", points_of_run=(PointOfRun("study", "p"),), metrics={"accuracy": 0.5, "other": 1.0})]
    plan = plan_of(planned_experiment("study", {"a": {}}, test=TEST))
    assert list(short_columns(rows, plan, "study")) == ["run", "state", "points", "accuracy"]
    assert list(short_columns(rows, plan_of(), None)) == ["run", "state", "experiments", "accuracy", "other"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        pytest.param("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0", id="formula"),
        pytest.param("+1", "'+1", id="text that looks like a sum"),
        pytest.param("\t=1", "\\t=1", id="tab"),
        pytest.param("\r=1", "\\r=1", id="carriage return"),
        pytest.param(-0.5, "-0.5", id="negative number"),
        pytest.param(-1, "-1", id="negative integer"),
        pytest.param("plain", "plain", id="text"),
        pytest.param(None, "", id="missing"),
        pytest.param([4, 8], "[4, 8]", id="list"),
        pytest.param(("lr", "one"), "lr;one", id="names"),
    ],
)
def test_csv_quotes_formulas_and_keeps_numbers(value: object, cell: str) -> None:
    text = csv_text([RunRow("a", "done")], {"run": lambda row: row.run, "=p": lambda _: value})
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["run", "'=p"], ["a", cell]]


def test_json_has_null_for_a_number_that_is_not_finite() -> None:
    content = RunRow("a", "done", parameters={"low": float("nan"), "limits": [float("inf"), 1.0]}).to_json()
    assert json.loads(json.dumps(content, allow_nan=False))["parameters"] == {"low": None, "limits": [None, 1.0]}
