"""The `proband` command: its output, the stream it is printed to, and the exit code."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import ENGINE, Lab
from compiler.composing import compose
from proband.cli.main import main
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab
from tests.proband.run_command import Proband

BROKEN = spec("""
    experiment:
      hypotesis: Much.
""")
BROKEN_LINES = [
    "conf/experiment/bad.yaml:2:1: experiment.hypothesis: is missing",
    "conf/experiment/bad.yaml:3:3: experiment.hypotesis: unknown key 'hypotesis' (did you mean 'hypothesis'?)",
]


UNDECIDABLE = (
    "warning: lr: no outcome of the registered test could reach alpha = 0.05 with these runs"
    " (it takes 4 seeds of each setting)\n"
)


@pytest.fixture(scope="module")
def valid_lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    lab = write_lab(tmp_path_factory.mktemp("valid"), FILES)
    main(["-C", str(lab.root), "compile"])
    plan = read_json(lab.state / "plan.json")
    done, failed, stale, _ = (point["run"] for point in plan["experiments"]["lr"]["points"])
    for run, status in {done: "completed", failed: "failed", stale: "completed"}.items():
        write_json(lab.status(run), {"status": status, "error": {"kind": "crash", "message": "out of luck"}})
        code = "other" if run == stale else plan["runs"][run]["fingerprint"]
        write_json(lab.run(run) / "provenance.json", {"fingerprint": code})
    write_json(lab.experiment("one") / "results.json", {"status": "completed", "verdict": "supported"})
    return lab


@pytest.fixture(scope="module")
def partly_broken_lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return write_lab(tmp_path_factory.mktemp("mixed"), FILES | {"bad": BROKEN})


@pytest.fixture
def valid(valid_lab: Lab, capsys: pytest.CaptureFixture[str]) -> Proband:
    return Proband(valid_lab, capsys)


@pytest.fixture
def partly_broken(partly_broken_lab: Lab, capsys: pytest.CaptureFixture[str]) -> Proband:
    return Proband(partly_broken_lab, capsys)


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.splitlines()]


def test_compile_lists_points_runs_and_shared_runs(valid: Proband) -> None:
    code, out, err = valid("compile")
    assert (code, err) == (0, UNDECIDABLE)
    *table, known_of_lr, known_of_one = rows(out)
    assert " ".join(known_of_lr) == "lr: 3 of 4 runs are known already: the test will rest on 1"
    assert " ".join(known_of_one) == "one: 1 of 1 runs is known already: the hypothesis is exploratory"
    assert table == [
        ["experiment", "points", "runs", "to", "train", "deliverables", "shares", "runs", "with"],
        ["lr", "4", "4", "2", "2", "one"],
        ["one", "1", "1", "0", "1", "lr"],
    ]


def test_compile_with_a_name_shows_only_that_experiment(valid: Proband) -> None:
    code, out, err = valid("compile", "one")
    assert (code, err) == (0, "")
    assert [row[0] for row in rows(out)] == ["experiment", "one", "one:"]
    plan = valid.json("compile", "one")
    assert list(plan["experiments"]) == ["one"]
    assert list(plan["runs"]) == [plan["experiments"]["one"]["points"][0]["run"]]


def test_compile_json_is_the_plan(valid: Proband) -> None:
    assert valid.json("compile") == read_json(valid.lab.state / "plan.json")


def test_compile_with_an_override_shows_only_new_run_ids(valid: Proband) -> None:
    default_plan, overridden = valid.json("compile"), valid.json("compile", "trainer.max_epochs=7")
    assert default_plan["runs"].keys().isdisjoint(overridden["runs"])
    assert overridden["overrides"] == ["trainer.max_epochs=7"]


def test_names_and_overrides_may_follow_an_option(valid: Proband) -> None:
    _, out, _ = valid("compile", "--json", "one", "trainer.max_epochs=7")
    assert json.loads(out) == valid.json("compile", "one", "trainer.max_epochs=7")


@pytest.mark.parametrize(
    "words", [["compile", "--jsn"], ["diff", "one", "two", "three"]], ids=["unknown option", "extra argument"]
)
def test_unexpected_arguments_are_rejected(valid: Proband, words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        valid(*words)


def test_api_key_in_overrides_is_rejected_and_never_written(valid: Proband) -> None:
    key = "sk-0123456789abcdefgh"
    code, _, err = valid("compile", "one", f"+agents.api_key={key}")
    assert code == 2
    assert "overrides:1:1: agents.api_key: a key must not be written in a config" in err
    assert not [file for file in valid.lab.root.rglob("*") if file.is_file() and key in file.read_text("utf-8")]


def test_broken_specs_are_printed_to_standard_error_with_exit_code_2(partly_broken: Proband) -> None:
    code, out, err = partly_broken("compile")
    assert code == 2
    assert err == UNDECIDABLE + "\n".join(BROKEN_LINES) + "\n"
    assert [row[0] for row in rows(out)] == ["experiment", "lr", "one"]
    answer = partly_broken("compile", "--json")
    assert answer.code == 2
    assert json.loads(answer.out)["broken"] == {"bad": BROKEN_LINES}
    assert answer.err == err


def test_broken_spec_does_not_affect_commands_about_another(partly_broken: Proband) -> None:
    assert partly_broken("compile", "lr")[::2] == (0, UNDECIDABLE)
    assert partly_broken("explain", "one")[::2] == (0, "")
    assert partly_broken("compile", "bad")[::2] == (2, "\n".join(BROKEN_LINES) + "\n")


@pytest.mark.parametrize("command", [["status"], ["tree"]], ids=lambda words: words[0])
def test_status_and_tree_exit_with_0_despite_a_broken_spec(command: list[str], partly_broken: Proband) -> None:
    code, out, err = partly_broken(*command)
    assert (code, err.splitlines()) == (0, BROKEN_LINES)
    assert "lr" in out


def test_explain_shows_parent_shared_runs_and_checks(valid: Proband) -> None:
    code, out, err = valid("explain", "lr")
    assert (code, err) == (0, UNDECIDABLE)
    lines = [" ".join(line.split()) for line in out.splitlines()]
    run = valid.json("compile")["experiments"]["lr"]["points"][0]["run"]
    assert lines[:10] == [
        "lr conf/experiment/lr.yaml",
        "hypothesis: More is more.",
        "tested claim: mean accuracy at model.lr=0.2 exceeds that at model.lr=0.1",
        "alpha: 0.05, two-sided",
        "failed runs: count as the worst value",
        "parent: one (declared)",
        "4 points, 4 runs, 2 to train",
        "3 of 4 runs are known already: the test will rest on 1",
        f"shares 1 with one: {run}",
        "data: data/rows.csv",
    ]
    assert f"model.lr=0.1,seed=0 {run} done one" in lines
    assert "good evaluation_results, threshold accuracy >= 0.5, runs of the best arm" in lines
    assert "config config, matches_expected, every run" in lines


def test_compile_of_a_named_experiment_states_its_claims(valid: Proband) -> None:
    claim = "lr: tested claim: mean accuracy at model.lr=0.2 exceeds that at model.lr=0.1"
    assert claim in valid("compile", "lr").out.splitlines()
    assert claim not in valid("compile").out


def test_explain_json_has_the_state_of_each_point(valid: Proband) -> None:
    (content,) = valid.json("explain", "lr")["experiments"]
    states = [point["state"] for point in content["points"]]
    assert states == ["done", "failed", "stale", "waiting"]
    assert content["to_train"] == sorted(point["run"] for point in content["points"][2:])
    assert content["points"][0]["shared_with"] == ["one"]
    assert content["modifications"] == [
        {"parameter": "model.lr", "from": 0.1, "to": [0.1, 0.2]},
        {"parameter": "seed", "from": 0, "to": [0, 1]},
    ]
    assert content["compare"]["control"] == 0.1
    assert content.keys() == {
        *("experiment_id", "file", "hypothesis", "parent", "parent_source", "modifications", "points", "runs"),
        *("to_train", "fused", "estimate", "data", "deliverables", "compare", "search", "to_ask", "known_runs"),
    }


def test_status_counts_runs_and_names_failures(valid: Proband) -> None:
    code, out, err = valid("status")
    assert (code, err) == (0, "")
    failed = valid.json("explain", "lr")["experiments"][0]["points"][1]["run"]
    waits = ["experiment_submission", "(waits", "at", "its", "gate)"]  # nothing was built, so no gate is written
    assert rows(out) == [
        ["experiment", "done", "failed", "running", "stale", "waiting", "outcome", "verdict", "stage"],
        ["lr", "1", "1", "0", "1", "1", "no", "results", "yet", *waits],
        ["one", "1", "0", "0", "0", "0", "completed", "supported", *waits],
        f"lr: {failed} failed, crash: out of luck; log in results/runs/{failed}/train.log".split(),
    ]


def test_status_json_covers_the_named_experiments(valid: Proband, partly_broken: Proband) -> None:
    content = valid.json("status")
    assert content["schema_version"] == 1
    assert content["broken"] == {}
    assert content["experiments"]["one"]["outcome"] == "completed"
    assert list(valid.json("status", "one")["experiments"]) == ["one"]
    assert partly_broken.json("status")["broken"] == {"bad": BROKEN_LINES}


def test_tree_shows_the_genealogy_with_outcomes(valid: Proband) -> None:
    code, out, err = valid("tree")
    assert (code, err) == (0, "")
    assert [line.rstrip() for line in out.splitlines()] == [
        "one  completed, hypothesis supported",
        "└── lr  no results yet  changes model.lr, seed",
    ]
    entries = {entry["experiment_id"]: entry for entry in valid.json("tree")["experiments"]}
    assert entries["lr"]["parent_experiment"] == "one"
    assert entries["one"]["verdict"] == "supported"


def test_diff_lists_the_parameters_that_differ(valid: Proband) -> None:
    code, out, err = valid("diff", "one", "lr")
    assert (code, err) == (0, "")
    assert rows(out) == [["parameter", "one", "lr"], ["model.lr", "0.1", "0.1,", "0.2"], ["seed", "0", "0,", "1"]]
    assert valid.json("diff", "lr", "one") == {
        "schema_version": 1,
        "from": "lr",
        "to": "one",
        "modifications": [
            {"parameter": "model.lr", "from": [0.1, 0.2], "to": 0.1},
            {"parameter": "seed", "from": [0, 1], "to": 0},
        ],
        "data": [],
        "data_since_build": {"lr": [], "one": []},
        "edited_data": [],
    }


def test_diff_of_an_experiment_with_itself_is_empty(valid: Proband) -> None:
    assert valid("diff", "lr", "lr") == (0, "lr and lr have equal parameters\n", "")


def test_diff_with_a_broken_spec_exits_with_2(partly_broken: Proband) -> None:
    assert partly_broken("diff", "lr", "bad") == (2, "", "\n".join(BROKEN_LINES) + "\n")


UNKNOWN = [["compile", "l_r"], ["explain", "l_r"], ["status", "l_r"], ["diff", "lr", "l_r"], ["diff", "l_r", "lr"]]


@pytest.mark.parametrize("words", UNKNOWN, ids=" ".join)
def test_unknown_experiment_is_an_error_with_a_suggestion(words: list[str], valid: Proband) -> None:
    assert valid(*words) == (2, "", "conf/experiment:1:1: no experiment is called 'l_r' (did you mean 'lr'?)\n")


def test_override_with_several_values_is_rejected(valid: Proband) -> None:
    code, out, err = valid("compile", "seed=1,2")
    assert (code, out) == (2, "")
    assert err.startswith("overrides:1:1: seed=1,2: an override of a build must have one value")


def test_missing_lab_is_an_error_and_no_folder_is_created(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "typo"
    assert main(["-C", str(missing), "compile"]) == 2
    assert capsys.readouterr().err == f"{missing}:1:1: there is no such folder\n"
    assert not missing.exists()


def test_lab_without_experiments_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shared = {name: text for name, text in FILES.items() if "/" in name}
    for words in (["compile"], ["status"], ["tree"], ["explain"]):
        assert main(["-C", str(write_lab(tmp_path, shared).root), *words]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("words", [[], ["comple"], ["compile", "--jsn"], ["diff", "one"], ["tree", "x"]], ids=" ".join)
def test_invalid_command_line_exits_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage: proband" in capsys.readouterr().err


def test_markup_in_a_spec_is_printed_literally(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rich interprets [bold] and [/x] as markup and :smile: as an emoji."""
    markup = spec("""
        experiment:
          hypothesis: "[bold]Less[/bold] :smile: [/x] is more."
          sweep: {model.note: ["[/b]", ":smile:"]}
    """)
    net = "_target_: nets.Net\nlr: 0.1\nnote: plain\n"
    code = "class Net:\n    def __init__(self, lr, note=''): ...\n"
    lab = write_lab(tmp_path, FILES | {"markup": markup, "conf/model/net.yaml": net, "nets.py": code})
    answers = {}
    for words in (["explain", "markup"], ["compile", "markup"], ["diff", "one", "markup"], ["tree"], ["status"]):
        assert main(["-C", str(lab.root), *words]) == 0
        answers[words[0]] = capsys.readouterr().out
    assert "hypothesis: [bold]Less[/bold] :smile: [/x] is more." in answers["explain"]
    assert "[/b], :smile:" in answers["diff"]


def test_closed_output_pipe_is_no_error(valid: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    class ClosedPipe:
        def write(self, _: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None: ...

        def isatty(self) -> bool:
            return False

        def close(self) -> None: ...

    closed: Any = ClosedPipe()
    monkeypatch.setattr("sys.stdout", closed)
    monkeypatch.setattr("sys.stderr", closed)
    assert main(["-C", str(valid.lab.root), "tree", "--json"]) == 0


@pytest.mark.parametrize(
    "words",
    [["status"], ["tree"], ["compile"], ["facts"], ["diff", "a"], ["plan", "x"], ["verify"], ["train", "seed=1"]],
)
def test_an_empty_folder_gets_a_sentence_with_proband_init_and_stays_empty(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(["-C", str(tmp_path), *words])
    except SystemExit as error:
        code = int(error.code or 0)
    assert code == 2
    assert capsys.readouterr().err.endswith("(run `proband init` to start one)\n")
    assert list(tmp_path.iterdir()) == []


def test_studies_that_ship_with_proband_are_shown_only_if_they_are_named_or_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "ENGINE", ENGINE)
    lab = write_lab(tmp_path, {"mine": spec("experiment: {hypothesis: Mine works.}\n")})
    proband = Proband(lab, capsys)
    assert list(proband.json("status")["experiments"]) == ["mine"]
    assert [entry["experiment_id"] for entry in proband.json("tree")["experiments"]] == ["mine"]
    assert list(proband.json("status", "digits_baseline")["experiments"]) == ["digits_baseline"]
    lab.experiment("digits_lr").mkdir(parents=True)
    assert set(proband.json("status")["experiments"]) == {"mine", "digits_lr"}
    assert {entry["experiment_id"] for entry in proband.json("tree")["experiments"]} == {
        *("mine", "digits_lr", "digits_baseline")  # an ancestor
    }


def test_train_passes_all_arguments_to_hydra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["proband"])
    (tmp_path / "conf").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runpy, "run_module", lambda name, **_: print(name, *sys.argv[1:]))
    assert main(["train", "-m", "experiment=digits_lr", "--cfg", "job", "seed=1,2"]) == 0
    assert capsys.readouterr().out == "lightning_modules.train -m experiment=digits_lr --cfg job seed=1,2\n"
