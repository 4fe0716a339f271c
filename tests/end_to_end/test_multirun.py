"""Hydra's command line trains a single run in its own process and builds every sweep with Snakemake."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.support.build import Build, RealLab
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.support.specs import CopyOf, spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("multirun")]
LR = spec(
    "A rate of 0.01 is better.",
    'sweep: {model.lr: "0.001,0.01", seed: range(4)}',
    "compare: {metric: final_accuracy, goal: maximize, factor: model.lr, control: 0.001}",
    "deliverables: [{type: config}, {type: comparison, required: false}]",
)
GRID = ("-m", "experiment=lr", "model.lr=0.001,0.01", "seed=0,1,2")
# Launches two rates, reads their results, and launches the better one with its double.
CLIMBER = """
from hydra.core.config_store import ConfigStore
from hydra.core.plugins import Plugins
from hydra.plugins.sweeper import Sweeper

ConfigStore.instance().store(
    group="hydra/sweeper", name="climber", node={"_target_": "hydra_plugins.climber.Climber", "rounds": 2}
)


class Climber(Sweeper):
    def __init__(self, rounds):
        self.rounds = rounds

    def setup(self, *, hydra_context, task_function, config):
        self.launcher = Plugins.instance().instantiate_launcher(
            hydra_context=hydra_context, task_function=task_function, config=config
        )

    def sweep(self, arguments):
        rates, launched = [0.0001, 0.01], 0
        for _ in range(self.rounds):
            jobs = [[*arguments, f"model.lr={rate}"] for rate in rates]
            returns = self.launcher.launch(jobs, initial_job_idx=launched)
            launched += len(jobs)
            for rate, job in zip(rates, returns):
                number = job.hydra_cfg.hydra.job.num
                print("launched", number, rate, job.cfg.model.lr, job.return_value, job.working_dir)
            best = max(zip(rates, returns), key=lambda pair: pair[1].return_value)[0]
            rates = [best, best * 2]
"""


def write_experiment(lab: RealLab) -> None:
    lab.write("conf/experiment/lr.yaml", LR)


def build_grid(lab: RealLab) -> None:
    """Train one run by Hydra's command line, then a grid of six runs that contains it."""
    write_experiment(lab)
    single = lab.train("experiment=lr", "model.lr=0.001", "seed=0")
    assert (single.exit_code, len(single.trained)) == (0, 1), single.output
    assert number_of_builds(lab) == 0, "a single run needs no Snakemake"
    grid = lab.train(*GRID)
    assert (grid.exit_code, len(grid.trained), number_of_builds(lab)) == (0, 5, 1), grid.output


@pytest.fixture
def original(built_labs: BuiltLabs) -> RealLab:
    return built_labs.original(build_grid)


@pytest.fixture
def grid(copy_of: CopyOf) -> RealLab:
    return copy_of(build_grid)


def number_of_builds(lab: RealLab) -> int:
    """Return how often Snakemake was called."""
    return len(list((lab.root / ".snakemake/log").glob("*.log")))


def sweeps(lab: RealLab) -> dict[str, bytes]:
    """Return the generated specs by experiment id."""
    return {file.stem: file.read_bytes() for file in (lab.root / "results/sweeps").rglob("*.yaml")}


def new_sweep(lab: RealLab, before: dict[str, bytes]) -> str:
    (name,) = set(sweeps(lab)) - set(before)
    return name


def is_error_without_traceback(build: Build, *parts: str) -> bool:
    return "Traceback" not in build.output and all(part in build.output for part in parts)


def test_a_sweep_becomes_an_experiment_with_results_and_parent(original: RealLab) -> None:
    (name,) = sweeps(original)
    results = original.json(f"experiments/{name}/results.json")
    assert (results["status"], len(results["runs"]), results["verdict"]) == ("completed", 6, "untestable")
    assert original.json(f"experiments/{name}/registration.json")["finished_runs"] == 1
    genealogy = {entry["experiment_id"]: entry for entry in original.json("genealogy.json")["experiments"]}
    assert (genealogy[name]["parent_experiment"], genealogy[name]["parent_source"]) == ("lr", "declared")
    states = json.loads(original.proband("status", name, "--json").stdout)["experiments"]
    assert (states[name]["counts"]["done"], states[name]["outcome"]) == (6, "completed")
    text = (original.root / f"results/sweeps/experiment/{name}.yaml").read_text()
    assert text.splitlines()[1] == f"# python -m lightning_modules.train {' '.join(GRID)}"


def test_reordered_arguments_are_the_same_experiment_and_train_nothing(grid: RealLab) -> None:
    before = sweeps(grid)
    build = grid.train(GRID[0], GRID[3], GRID[2], GRID[1])
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert sweeps(grid) == before


def test_a_sweep_is_built_by_name_and_not_by_a_bare_build(grid: RealLab) -> None:
    (name,) = sweeps(grid)
    assert name not in grid.snakemake("--dry-run", "--quiet", "rules").output
    assert "Nothing to be done" in grid.snakemake("--dry-run", name).output


def test_a_failed_run_is_a_failed_job(lab: RealLab) -> None:
    write_experiment(lab)
    build = lab.train("-m", "experiment=lr", "model.lr=0.01,1e30", "seed=0")
    assert (build.exit_code, len(build.trained)) == (1, 2), build.output
    assert is_error_without_traceback(
        build, "Error executing job with overrides: ['experiment=lr', 'model.lr=1e+30'", "non_finite"
    )
    record = lab.json(f"experiments/{new_sweep(lab, {})}/experiment.json")
    assert "compare" not in record  # its control is not among the points
    assert [deliverable["type"] for deliverable in record["deliverables"]] == ["config"]


def test_a_sweeper_that_reads_results_extends_one_experiment(lab: RealLab) -> None:
    write_experiment(lab)
    lab.write("hydra_plugins/climber.py", CLIMBER)
    build = lab.train("-m", "experiment=lr", "seed=0", "hydra/sweeper=climber")
    assert (build.exit_code, number_of_builds(lab)) == (0, 2), build.output
    jobs = [line.split()[1:] for line in build.output.splitlines() if line.startswith("launched")]
    assert [(int(number), float(rate)) for number, rate, *_ in jobs] == [(0, 0.0001), (1, 0.01), (2, 0.01), (3, 0.02)]
    assert all(float(rate) == float(trained_rate) for _, rate, trained_rate, *_ in jobs)
    for *_, value, folder in jobs:
        metrics = json.loads((lab.root / folder / "output/metrics.json").read_text())
        assert float(value) == metrics["final_accuracy"]  # the registered metric, although the test itself is dropped
    record = lab.json(f"experiments/{new_sweep(lab, {})}/experiment.json")
    assert [point["overrides"] for point in record["points"]] == [{"model.lr": rate} for rate in (0.0001, 0.01, 0.02)]


def test_config_groups_are_swept_without_an_experiment(lab: RealLab) -> None:
    overrides = ("trainer.max_epochs=1", "tracking=disabled", "data.batch_size=256", "hydra.launcher.cores=2")
    build = lab.train("-m", "model=mlp,cnn", *overrides)
    assert (build.exit_code, len(build.trained)) == (0, 2), build.output
    record = lab.json(f"experiments/{new_sweep(lab, {})}/experiment.json")
    assert record["parent"] is None or record["parent_source"] == "nearest"
    assert "None was stated" in record["hypothesis"]


def test_the_basic_launcher_can_be_chosen_and_reuses_runs(grid: RealLab) -> None:
    builds = number_of_builds(grid)
    build = grid.train(*GRID, "hydra/launcher=basic")
    assert (build.exit_code, build.trained, number_of_builds(grid)) == (0, frozenset(), builds), build.output


MISTAKES: dict[str, tuple[tuple[str, ...], int, tuple[str, ...]]] = {
    "no such key": (("model.lrr=1,2",), 1, ("model.lrr",)),
    "no such option": (("model=mlp,cmn",), 1, ("cmn",)),
    "no such experiment": (("experiment=lrr", "seed=0,1"), 1, ("lrr",)),
    "the wrong type": (("model.hidden=4,many",), 2, ("overrides: model.hidden: ", "takes int, got 'many'")),
    "the wrong type for all": (("model.hidden=many", "seed=0,1"), 2, ("overrides: model.hidden: ", "got 'many'")),
    "resources": (("resources.cpus=1,2",), 2, ("overrides: resources.cpus: cannot change a training",)),
    "a deletion": (("~model.dropout", "model=cnn", "seed=0,1"), 2, ("~model.dropout", "cannot delete them")),
    "an interpolation": (("model.hidden=${seed}", "seed=1,2"), 2, ("the value is an interpolation",)),
    "a text of the spec": (("experiment=lr", "experiment.hypothesis=a,b"), 2, ("cannot be swept",)),
    "a key of Hydra": (("hydra.launcher.cores=1,2",), 1, ("Sweeping over Hydra's configuration is not supported",)),
}  # fmt: skip


@pytest.mark.parametrize(("overrides", "exit_code", "parts"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_reported_and_leaves_no_files(
    overrides: tuple[str, ...], exit_code: int, parts: tuple[str, ...], lab: RealLab
) -> None:
    write_experiment(lab)
    build = lab.train("-m", *overrides)
    assert (build.exit_code, build.trained) == (exit_code, frozenset()), build.output
    assert is_error_without_traceback(build, *parts), build.output
    assert (sweeps(lab), number_of_builds(lab)) == ({}, 0)


def test_a_sweep_that_was_copied_into_conf_is_not_overwritten(grid: RealLab) -> None:
    ((name, text),) = sweeps(grid).items()
    grid.write(f"conf/experiment/{name}.yaml", text.decode("utf-8"))
    assert grid.proband("compile", name).returncode == 0
    build = grid.train(*GRID)
    assert build.exit_code == 2
    message = f"conf/experiment/{name}.yaml:1:1: this sweep is now a spec of the lab"
    assert is_error_without_traceback(build, message)


SLOW = """
import time
from lightning_modules.models.mlp import MLP

class Slow(MLP):
    def on_train_start(self) -> None:
        open("started", "w").close()
        time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_an_interrupt_stops_the_build_with_exit_code_130(number: signal.Signals, separate_lab: RealLab) -> None:
    separate_lab.write("slow.py", SLOW)
    overrides = ["-m", "model._target_=slow.Slow", "tracking=disabled"]
    command = [sys.executable, "-m", "lightning_modules.train", *overrides]
    process = subprocess.Popen(
        command, cwd=separate_lab.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    _wait_for(separate_lab.root / "started", process)
    process.send_signal(number)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 130, output
    assert "Traceback" not in output
    assert separate_lab.start_times() == {}


def _wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    while not file.exists() and process.poll() is None:
        time.sleep(0.1)
    assert file.exists(), process.communicate()[0]
