"""The commands that show single runs, in a lab with a done, a failed, a stale and a waiting run, and an orphan."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from proband.cli.main import main
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab
from tests.proband.run_command import Proband

ORPHAN = "0123456789ab"


@pytest.fixture(scope="module")
def built_lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    lab = write_lab(tmp_path_factory.mktemp("runs"), FILES)
    main(["-C", str(lab.root), "compile"])
    plan = read_json(lab.state / "plan.json")
    done, failed, stale, _ = (point["run"] for point in plan["experiments"]["lr"]["points"])
    for run, status, accuracy in (
        (done, "completed", 0.75),
        (failed, "failed", None),
        (stale, "completed", 0.875),
        (ORPHAN, "completed", 0.5),
    ):
        error = {"kind": "crash", "message": "out of luck"} if status == "failed" else None
        write_json(lab.status(run), {"status": status, "error": error, "attempt": 1, "duration_seconds": 2.5})
        code = "other" if run == stale else plan["runs"].get(run, {}).get("fingerprint")
        write_json(lab.run(run) / "provenance.json", {"fingerprint": code})
        if accuracy is not None:
            write_json(lab.run(run) / "output/eval_results.json", {"accuracy": accuracy, "test/loss": 1 - accuracy})
    return lab


@pytest.fixture
def proband(built_lab: Lab, capsys: pytest.CaptureFixture[str]) -> Proband:
    return Proband(built_lab, capsys)


def cells(table: str) -> list[list[str]]:
    return [line.split() for line in table.splitlines()]


def test_runs_lists_every_state_and_the_orphan(proband: Proband) -> None:
    code, out, err = proband("runs")
    assert (code, err) == (0, "")
    header, *listed = cells(out)
    assert header == ["run", "state", "experiments", "model.lr", "model.width", "seed", "accuracy"]
    assert [row[1] for row in listed] == ["done", "failed", "stale", "waiting", "done"]
    assert listed[0][2:] == ["lr,", "one", "0.1", "0", "0", "0.75"]
    assert listed[-1][0] == ORPHAN
    assert listed[-1][2] == "(orphan)"


def test_runs_of_an_experiment_shows_its_points(proband: Proband) -> None:
    header, row = cells(proband("runs", "one").out)
    assert header[:3] == ["run", "state", "points"]
    assert row[1:3] == ["done", "base"]


def test_runs_are_selected_and_sorted(proband: Proband) -> None:
    words = ("runs", "--where", "test/loss < 0.6", "--sort", "accuracy", "--descending", "--columns", "accuracy,state")
    assert [row[1:] for row in cells(proband(*words).out)] == [
        ["accuracy", "state"],
        ["0.875", "stale"],
        ["0.75", "done"],
        ["0.5", "done"],
    ]


def test_runs_as_json_have_all_parameters(proband: Proband) -> None:
    document = proband.json("runs", "one")
    assert document["schema_version"] == 1
    (run,) = document["runs"]
    assert (run["state"], run["experiments"], run["points"], run["orphan"]) == ("done", ["lr", "one"], ["base"], False)
    assert run["parameters"]["trainer.max_epochs"] == 1
    assert run["metrics"] == {"accuracy": 0.75, "test/loss": 0.25}
    assert document == json.loads(proband("runs", "one", "--format", "json").out)


def test_runs_as_csv(proband: Proband) -> None:
    listed = list(csv.DictReader(io.StringIO(proband("runs", "--format", "csv").out)))
    assert [row["accuracy"] for row in listed] == ["0.75", "", "0.875", "", "0.5"]
    assert [row["orphan"] for row in listed] == ["False"] * 4 + ["True"]


def test_no_run_is_an_empty_answer(proband: Proband) -> None:
    code, out, err = proband("runs", "--where", "accuracy > 2")
    assert (code, err) == (0, "no run matches\n")
    assert len(cells(out)) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["--where", "acuracy > 0"], "did you mean 'accuracy'?", id="unknown name"),
        pytest.param(["--where", "__import__('os').system('touch PWNED')"], "not accepted", id="code"),
        pytest.param(["--where", ""], "give an expression", id="empty expression"),
        pytest.param(["--sort", "nosuch"], "no run has a metric, parameter or column 'nosuch'", id="unknown sort key"),
        pytest.param(["--columns", "accuracy,x"], "column 'x'", id="unknown column"),
        pytest.param(["onee"], "no experiment is called 'onee' (did you mean 'one'?)", id="unknown experiment"),
    ],
)
def test_wrong_input_has_exit_code_2(proband: Proband, words: list[str], message: str) -> None:
    code, out, err = proband("runs", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert not list(proband.lab.root.rglob("PWNED"))


def test_parquet_without_pyarrow_names_the_extra(proband: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    code, out, err = proband("runs", "--format", "parquet")
    assert (code, out) == (2, "")
    assert 'pip install "proband[parquet]"' in err


def test_broken_spec_does_not_hide_the_runs_of_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = spec("""
        experiment: {hypotesis: Much.}
    """)
    code, out, err = Proband(write_lab(tmp_path, FILES | {"bad": broken}), capsys)("runs")
    assert code == 0
    assert len(cells(out)) == 5
    assert "unknown key 'hypotesis'" in err


def test_best_shows_the_run_and_how_it_was_selected(proband: Proband) -> None:
    code, out, err = proband("best", "lr")
    assert code == 0
    assert ["accuracy", "0.75"] in cells(out)
    assert ["model.lr", "0.1"] in cells(out)
    assert err == "the only run of lr that has accuracy\n"
    assert proband("best", "lr", "--stale").err.startswith("selected from 2 runs by its own accuracy (maximize)")
    assert proband.json("best", "lr", "--stale")["value"] == 0.875


def test_no_best_run_has_exit_code_1(proband: Proband) -> None:
    code, out, err = proband("best", "one", "--metric", "f1", "--goal", "maximize")
    assert (code, out) == (1, "")
    assert "no completed run has the metric f1" in err


def test_show_a_run_by_its_point(proband: Proband) -> None:
    code, out, err = proband("show", "one/base")
    assert (code, err) == (0, "")
    assert ["state", "done"] in cells(out)
    assert ["accuracy", "0.75"] in cells(out)
    assert proband.json("show", "one/base")["folder"].startswith("results/runs/")


def test_show_a_failed_run_with_its_reason(proband: Proband) -> None:
    _, out, _ = proband("show", "model.lr=0.1,seed=1")
    assert "crash: out of luck" in out
    assert "train.log" in out


def test_ambiguous_run_has_exit_code_2(proband: Proband) -> None:
    code, out, err = proband("show", "../../x")
    assert (code, out) == (2, "")
    assert "no run is called '../../x'" in err


def test_compare_shows_both_and_judges_nothing(proband: Proband) -> None:
    code, out, err = proband("compare", "one", "lr")
    assert (code, err) == (0, "")
    assert "No test compares these two experiments" in out
    assert "model.lr" in out
    document = proband.json("compare", "one", "lr")
    assert [side["experiment_id"] for side in document["experiments"]] == ["one", "lr"]
    assert (len(document["shared_runs"]), document["tests"]) == (1, [])


@pytest.mark.parametrize(
    ("right", "message"), [("one", "name two experiments"), ("onee", "did you mean 'one'?")], ids=["same", "unknown"]
)
def test_compare_needs_two_experiments(proband: Proband, right: str, message: str) -> None:
    code, out, err = proband("compare", "one", right)
    assert (code, out) == (2, "")
    assert message in err


def test_logs_prints_the_output_of_a_run_and_the_error_of_a_failed_one(proband: Proband) -> None:
    failed = next(run for run in proband.json("runs")["runs"] if run["state"] == "failed")["run"]
    (proband.lab.run(failed) / "train.log").write_text("epoch 1\n\x1b[31mred\n")
    answer = proband("logs", failed[:6])
    assert answer.out == "epoch 1\n\\x1b[31mred\n"
    assert "failed, crash: out of luck" in answer.err


def test_logs_of_a_run_without_a_log_states_why(proband: Proband) -> None:
    assert proband("logs", ORPHAN).code == 1
    assert "no log: it was trained by a command in a terminal" in proband("logs", ORPHAN).err
    assert "no run is called 'x1'" in proband("logs", "x1").err
