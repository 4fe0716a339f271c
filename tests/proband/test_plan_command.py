"""`proband plan`: the power of the registered test, the seeds for a wanted power, and their cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from proband.cli.main import main
from tests.compiler.small_lab import GROUPS
from tests.labs import spec, write_lab
from tests.run_files import write_run

FILES = GROUPS | {
    "base": spec("""
        experiment:
          hypothesis: One is enough.
          sweep: {seed: range(3)}
        trainer: {max_epochs: 2}
    """),
    "lr": spec("""
        experiment:
          hypothesis: More is more.
          parent: base
          sweep: {model.lr: "0.1,0.2", seed: range(5)}
          compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.1, minimum_effect: 0.01}
    """),
}
PLANNED = "minimum_effect: 0.01, plan: {sd: 0.01, power: 0.9}"


class Command:
    """Runs `proband plan` in one lab."""

    def __init__(self, lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
        self.lab, self.capsys = lab, capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = main(["-C", str(self.lab.root), "plan", *words])
        answer = self.capsys.readouterr()
        return code, answer.out, answer.err

    def json(self, *words: str) -> Any:
        (content,) = json.loads(self(*words, "--json")[1])["experiments"]
        return content

    def finish(self, experiment: str, *accuracies: float) -> None:
        main(["-C", str(self.lab.root), "compile"])
        points = read_json(self.lab.state / "plan.json")["experiments"][experiment]["points"]
        for point, accuracy in zip(points, accuracies, strict=False):
            write_run(self.lab, point["run"], accuracy)


@pytest.fixture
def plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(write_lab(tmp_path, FILES), capsys)


def test_plan_states_the_power_written_and_the_seeds_for_the_wanted_power(plan: Command) -> None:
    content = plan.json("lr", "--sd", "0.01", "--effect", "0.04", "--power", "0.99")
    (claim,) = content["claims"]
    assert (claim["effect"], claim["effect_source"], claim["sd"], content["sd_source"]) == (0.04, "given", 0.01, "--sd")
    assert (content["written"]["seeds"], content["written"]["runs"]) == (5, 10)
    assert 0.5 < content["written"]["power"] < 0.99 <= content["required"]["power"]
    assert content["required"]["runs"] == 2 * content["required"]["seeds"] > 10
    assert content["wanted_power"] == 0.99


def test_the_table_has_a_row_for_each_number_of_seeds(plan: Command) -> None:
    code, out, err = plan("lr", "--sd", "0.005")
    rows = [line.split() for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert ["lr"] in rows
    assert ["sd:", "--sd"] in rows
    assert ["seeds", "runs", "hours", "power"] in rows
    assert any(row[:4] == ["written", "5", "10", "unknown"] for row in rows)
    assert any(row[:2] == ["power", "0.8"] for row in rows)
    assert "true improvement 0.02 (twice the minimum effect), sd 0.005" in out


def test_the_spec_may_state_the_standard_deviation_and_the_power(plan: Command) -> None:
    (plan.lab.root / "conf/experiment/lr.yaml").write_text(str(FILES["lr"]).replace("minimum_effect: 0.01", PLANNED))
    content = plan.json("lr", "--effect", "0.05")
    assert (content["sd_source"], content["claims"][0]["sd"], content["wanted_power"]) == ("compare.plan.sd", 0.01, 0.9)
    assert plan.json("lr", "--sd", "0.002")["sd_source"] == "--sd"


def test_a_finished_parent_gives_the_standard_deviation_and_the_cost(plan: Command) -> None:
    plan.finish("base", 0.90, 0.92, 0.94)
    content = plan.json("lr", "--effect", "0.11")
    assert content["sd_source"] == "3 finished runs of base, within equal settings"
    assert content["claims"][0]["sd"] == pytest.approx(0.02)
    assert content["written"]["hours"] == pytest.approx(10 * 2 / 3600)


def test_own_runs_give_the_standard_deviation_if_the_parent_is_not_finished(plan: Command) -> None:
    plan.finish("lr", 0.90, 0.91, 0.92)
    content = plan.json("lr", "--effect", "0.11")
    assert content["sd_source"] == "3 finished runs of lr, within equal settings"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["lr"], "lr: no standard deviation of accuracy is known", id="no sd"),
        pytest.param(["base"], "base: has no registered test (add `compare` to its spec)", id="no test"),
        pytest.param(["lrr"], "no experiment is called 'lrr' (did you mean 'lr'?)", id="unknown experiment"),
    ],
)
def test_what_is_missing_is_stated(plan: Command, words: list[str], message: str) -> None:
    code, out, err = plan(*words)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    "words",
    [["--sd", "0"], ["--sd", "nan"], ["--power", "1"], ["--power", "80"], ["--effect", "inf"], ["--effect", "much"]],
    ids=" ".join,
)
def test_impossible_assumptions_are_rejected(plan: Command, words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        plan("lr", *words)
