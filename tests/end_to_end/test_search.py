"""A search from its first round to its last: by one command, interrupted, damaged, and given more budget."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from build import RealLab
from specs import spec

from compiler.base.paths import ENGINE

pytestmark = pytest.mark.slow

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


def searching(lab: RealLab) -> None:
    lab.write(SPEC, spec("There is a good setting.", *SEARCH))


def rounds(lab: RealLab) -> dict[str, bytes]:
    """The rounds on disk, by their place below the experiment."""
    home = lab.root / "results/experiments/find/search"
    return {str(file.relative_to(home)): file.read_bytes() for file in sorted(home.rglob("round-*.json"))}


def payload(lab: RealLab) -> dict[str, Any]:
    found: dict[str, Any] = lab.json("experiments/find/results.json")
    return found


def test_a_dry_run_asks_nothing(shared_lab: RealLab) -> None:
    searching(shared_lab)
    build = shared_lab.snakemake("-n", "find")
    assert build.code == 0, build.output
    assert "ask" in build.output
    assert rounds(shared_lab) == {}


def test_one_command_does_the_whole_search(shared_lab: RealLab) -> None:
    build = shared_lab.snakemake("find")
    assert build.code == 0, build.output
    assert len(build.trained) == 6
    assert [Path(name).name for name in rounds(shared_lab)] == [f"round-00{number}.json" for number in (1, 2, 3)]
    names = {link.name for link in (shared_lab.root / "results/experiments/find/runs").iterdir()}
    assert names == {point["name"] for point in shared_lab.json("experiments/find/experiment.json")["points"]}
    assert len(names) == 6


def test_the_payload_has_every_trial_and_the_best(shared_lab: RealLab) -> None:
    results = payload(shared_lab)
    search = results["search"]
    assert (search["sampler"], search["metric"], search["budget"], search["runs"]) == ("tpe", "eval_accuracy", 6, 6)
    measured = {run["run_id"]: run["metrics"]["eval_accuracy"] for run in results["runs"]}
    assert [one["value"] for one in search["trials"]] == [
        measured[run] for one in search["trials"] for run in one["runs"]
    ]
    assert [one["round"] for one in search["trials"]] == [1, 1, 2, 2, 3, 3]
    assert search["best"]["value"] == max(measured.values()) == search["best_so_far"][-1]
    (asked,) = [run for run in results["runs"] if run["deliverables_status"]]
    assert asked["run_id"] in search["trials"][search["best"]["number"]]["runs"]


def test_a_finished_search_builds_nothing_again(shared_lab: RealLab) -> None:
    for args in (["-n"], []):
        build = shared_lab.snakemake(*args, "find")
        assert (build.code, build.trained) == (0, frozenset()), build.output
        assert "Nothing to be done" in build.output


def test_a_run_that_was_removed_is_trained_again_and_nothing_asked(shared_lab: RealLab) -> None:
    before, run = rounds(shared_lab), payload(shared_lab)["search"]["trials"][0]["runs"][0]
    shared_lab.run("rm", "-r", f"results/runs/{run}")
    build = shared_lab.snakemake("find")
    assert (build.code, build.trained) == (0, {run}), build.output
    assert rounds(shared_lab) == before


def test_without_anything_that_can_be_made_again_nothing_is_trained_or_asked(shared_lab: RealLab) -> None:
    before = rounds(shared_lab)
    shared_lab.run("rm", "-r", ".proband", ".snakemake")
    build = shared_lab.snakemake("find")
    assert (build.code, build.trained) == (0, frozenset()), build.output
    assert rounds(shared_lab) == before


def test_rounds_that_were_removed_are_asked_again_and_are_the_same(shared_lab: RealLab) -> None:
    before = rounds(shared_lab)
    shared_lab.run("rm", "-r", "results/experiments/find/search")
    build = shared_lab.snakemake("find")
    assert (build.code, build.trained) == (0, frozenset()), build.output
    assert rounds(shared_lab) == before


def test_more_budget_goes_on_where_the_search_was(shared_lab: RealLab) -> None:
    before = rounds(shared_lab)
    shared_lab.edit(SPEC, "runs: 6", "runs: 9")
    assert '"to_ask": 3' in shared_lab.proband("status", "find", "--json").stdout
    build = shared_lab.snakemake("find")
    assert build.code == 0, build.output
    assert len(build.trained) == 3
    after = rounds(shared_lab)
    assert len(after) == 5, "two trials in round four, one in round five"
    assert {name: after[name] for name in before} == before


def test_a_search_that_is_killed_goes_on_as_if_it_had_not_been(shared_lab: RealLab, lab: RealLab) -> None:
    searching(lab)
    command = [sys.executable, "-m", "snakemake", "-s", str(ENGINE / "Snakefile"), "--cores", "2", "find"]
    with subprocess.Popen(command, cwd=lab.root, start_new_session=True, stderr=subprocess.DEVNULL) as driver:
        deadline = time.monotonic() + 300
        while len(rounds(lab)) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(driver.pid, signal.SIGKILL)
    assert len(rounds(lab)) == 2, "killed at another time than meant"
    finished = lab.starts()
    lab.snakemake("--unlock")
    build = lab.snakemake("find")
    assert build.code == 0, build.output
    assert not build.trained & finished.keys()
    undisturbed = rounds(shared_lab)
    assert rounds(lab) == {name: undisturbed[name] for name in rounds(lab)}
    assert len(rounds(lab)) == 3


def test_models_are_searched_too_and_each_trial_is_trained_at_every_point_of_the_sweep(lab: RealLab) -> None:
    """Runs of other code and with failures among them, none of which the build knew when it started."""
    lab.write(
        SPEC,
        spec(
            "Some network is best.",
            "search: {space: {model: 'mlp,cnn', model.lr: '1e-3,1e+30'}, sampler: random, runs: 5, batch: 1, seed: 2}",
            "sweep: {seed: range(2)}",
            "compare: {metric: eval_loss, goal: minimize, factor: seed, control: 0}",
        ),
    )
    build = lab.snakemake("find")
    assert build.code == 0, build.output
    search = payload(lab)["search"]
    assert [len(one["runs"]) for one in search["trials"]] == [2, 2], "a fifth run would be half a trial"
    assert {one["run_id"] for one in payload(lab)["runs"]} == build.trained
    assert [(one["params"]["model"], one["status"]) for one in search["trials"]] == [
        ("cnn", "failed"),
        ("mlp", "completed"),
    ]
    assert search["best_so_far"] == [None, search["best"]["value"]]
    again = lab.snakemake("find")
    assert "Nothing to be done" in again.output
