"""An adaptive search: built by one command, interrupted, damaged, and given a larger budget."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.support.build import SNAKEMAKE, RealLab
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.support.specs import CopyOf, spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("search")]

SPEC = "conf/experiment/find.yaml"
SEARCH = (
    "search:",
    "  space: {model.lr: 'tag(log, interval(1e-4, 1e-1))', model.hidden: 'choice(4,8,16)'}",
    "  runs: 6",
    "  batch: 2",
    "  metric: eval_accuracy",
    "  goal: maximize",
    "deliverables: [{type: evaluation_results, metric: accuracy, operator: '>=', value: 0.01, over: best}]",
)


def write_search(lab: RealLab) -> None:
    lab.write(SPEC, spec("There is a good setting.", *SEARCH))


def build_search(lab: RealLab) -> None:
    """Build a search of three rounds with two trials each."""
    write_search(lab)
    build = lab.snakemake("find")
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 6


@pytest.fixture
def original(built_labs: BuiltLabs) -> RealLab:
    return built_labs.original(build_search)


@pytest.fixture
def searched(copy_of: CopyOf) -> RealLab:
    return copy_of(build_search)


def rounds(lab: RealLab) -> dict[str, bytes]:
    """Return the files of the rounds by their path below the experiment."""
    home = lab.root / "results/experiments/find/search"
    return {str(file.relative_to(home)): file.read_bytes() for file in sorted(home.rglob("round-*.json"))}


def results_of(lab: RealLab) -> dict[str, Any]:
    return dict(lab.json("experiments/find/results.json"))


def test_a_dry_run_suggests_no_trials(lab: RealLab) -> None:
    write_search(lab)
    build = lab.snakemake("-n", "find")
    assert build.exit_code == 0, build.output
    assert "_ask" in build.output
    assert rounds(lab) == {}


def test_one_command_builds_all_rounds(original: RealLab) -> None:
    assert [Path(name).name for name in rounds(original)] == [f"round-00{number}.json" for number in (1, 2, 3)]
    names = {link.name for link in (original.root / "results/experiments/find/runs").iterdir()}
    assert names == {point["name"] for point in original.json("experiments/find/experiment.json")["points"]}
    assert len(names) == 6


def test_a_finished_search_is_verified(original: RealLab) -> None:
    verified = original.proband("verify", "find", "--deep")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_results_contain_every_trial_and_the_best(original: RealLab) -> None:
    results = results_of(original)
    search = results["search"]
    assert (search["sampler"], search["metric"], search["budget"], search["runs"]) == ("tpe", "eval_accuracy", 6, 6)
    measured = {run["run_id"]: run["metrics"]["eval_accuracy"] for run in results["runs"]}
    values = [measured[run] for trial in search["trials"] for run in trial["runs"]]
    assert [trial["value"] for trial in search["trials"]] == values
    assert [trial["round"] for trial in search["trials"]] == [1, 1, 2, 2, 3, 3]
    assert search["best"]["value"] == max(measured.values()) == search["best_so_far"][-1]
    (checked,) = [run for run in results["runs"] if run["deliverables_status"]]
    assert checked["run_id"] in search["trials"][search["best"]["number"]]["runs"]


def test_a_finished_search_builds_nothing_again(searched: RealLab) -> None:
    for args in (["-n"], []):
        build = searched.snakemake(*args, "find")
        assert (build.exit_code, build.trained) == (0, frozenset()), build.output
        assert "Nothing to be done" in build.output


def test_a_removed_run_is_trained_again_and_no_trial_is_suggested(searched: RealLab) -> None:
    before, run = rounds(searched), results_of(searched)["search"]["trials"][0]["runs"][0]
    searched.run("rm", "-r", f"results/runs/{run}")
    build = searched.snakemake("find")
    assert (build.exit_code, build.trained) == (0, {run}), build.output
    assert rounds(searched) == before


def test_with_state_deleted_nothing_is_trained_or_suggested(searched: RealLab) -> None:
    before = rounds(searched)
    searched.run("rm", "-r", ".proband", ".snakemake")
    build = searched.snakemake("find")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert rounds(searched) == before


def test_removed_rounds_are_suggested_again_with_equal_trials(searched: RealLab) -> None:
    before = rounds(searched)
    searched.run("rm", "-r", "results/experiments/find/search")
    build = searched.snakemake("find")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert rounds(searched) == before


def test_a_larger_budget_continues_the_search(searched: RealLab) -> None:
    before = rounds(searched)
    searched.edit(SPEC, "runs: 6", "runs: 9")
    assert '"to_ask": 3' in searched.proband("status", "find", "--json").stdout
    build = searched.snakemake("find")
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 3
    after = rounds(searched)
    assert len(after) == 5, "two trials in round four, one in round five"
    assert {name: after[name] for name in before} == before


def test_a_killed_search_ends_like_an_uninterrupted_one(original: RealLab, separate_lab: RealLab) -> None:
    write_search(separate_lab)
    with subprocess.Popen(
        [*SNAKEMAKE, "find"], cwd=separate_lab.root, start_new_session=True, stderr=subprocess.DEVNULL
    ) as driver:
        deadline = time.monotonic() + 300
        while len(rounds(separate_lab)) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(driver.pid, signal.SIGKILL)
    assert len(rounds(separate_lab)) == 2, "the build was not killed in the second round"
    finished = separate_lab.start_times()
    build = separate_lab.snakemake("find")
    assert build.exit_code == 0, build.output
    assert not build.trained & finished.keys()
    assert rounds(separate_lab) == rounds(original)


def test_models_are_searched_and_each_trial_is_trained_at_every_point_of_the_sweep(lab: RealLab) -> None:
    """The runs have different code, some of them fail, and none is known when the build starts."""
    lab.write(
        SPEC,
        spec(
            "Some network is best.",
            "search: {space: {model: 'mlp,cnn', model.lr: '1e-3,1e+30'}, sampler: random, runs: 5, batch: 1, seed: 2}",
            "sweep: {trainer.max_epochs: '1,2'}",
            "compare: {metric: eval_loss, goal: minimize, factor: trainer.max_epochs, control: 1}",
        ),
    )
    build = lab.snakemake("find")
    assert (build.exit_code, results_of(lab)["status"]) == (1, "partial_success"), build.output
    assert "find: 2 of 4 runs failed (non_finite)" in build.output
    search = results_of(lab)["search"]
    assert [len(trial["runs"]) for trial in search["trials"]] == [2, 2], "a fifth run would be an incomplete trial"
    assert {run["run_id"] for run in results_of(lab)["runs"]} == build.trained
    assert [(trial["params"]["model"], trial["status"]) for trial in search["trials"]] == [
        ("cnn", "failed"),
        ("mlp", "completed"),
    ]
    assert search["best_so_far"] == [None, search["best"]["value"]]
    again = lab.snakemake("find")
    assert (again.trained, results_of(lab)["search"]) == (set(), search), again.output
