"""Hydra's command line: one run in its process, sweeps through the DAG, whatever sweeper asks for them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from build import Build, RealLab
from omegaconf import OmegaConf
from specs import spec

pytestmark = pytest.mark.slow
LR = spec(
    "A rate of 0.01 is better.",
    'sweep: {model.lr: "0.001,0.01", seed: range(4)}',
    "compare: {metric: final_accuracy, goal: maximize, factor: model.lr, control: 0.001}",
    "deliverables: [{type: config}, {type: comparison, required: false}]",
)
GRID = ("-m", "experiment=lr", "model.lr=0.001,0.01", "seed=0,1,2")
# Asks for two rates, reads what came of them, and asks for two around the better.
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
        rates, asked = [0.0001, 0.01], 0
        for _ in range(self.rounds):
            jobs = [[*arguments, f"model.lr={rate}"] for rate in rates]
            returns = self.launcher.launch(jobs, initial_job_idx=asked)
            asked += len(jobs)
            for rate, one in zip(rates, returns):
                print("asked", one.hydra_cfg.hydra.job.num, rate, one.cfg.model.lr, one.return_value, one.working_dir)
            best = max(zip(rates, returns), key=lambda pair: pair[1].return_value)[0]
            rates = [best, best * 2]
"""


@pytest.fixture(scope="module", autouse=True)
def _experiment(shared_lab: RealLab) -> None:
    shared_lab.write("conf/experiment/lr.yaml", LR)


def builds(lab: RealLab) -> int:
    """How often Snakemake was called."""
    return len(list((lab.root / ".snakemake/log").glob("*.log")))


def sweeps(lab: RealLab) -> list[str]:
    return sorted(file.stem for file in (lab.root / "results/sweeps").rglob("*.yaml"))


def only_new(lab: RealLab, before: list[str]) -> str:
    (name,) = set(sweeps(lab)) - set(before)
    return name


def is_one_clear_answer(build: Build, *parts: str) -> bool:
    return "Traceback" not in build.output and all(part in build.output for part in parts)


def test_one_run_needs_nothing_but_the_command(shared_lab: RealLab) -> None:
    build = shared_lab.train("experiment=lr", "model.lr=0.001", "seed=0")
    assert (build.code, len(build.trained)) == (0, 1), build.output
    assert builds(shared_lab) == 0


def test_a_sweep_is_an_experiment_and_trains_what_is_missing_in_one_build(shared_lab: RealLab) -> None:
    build = shared_lab.train(*GRID)
    assert (build.code, len(build.trained), builds(shared_lab)) == (0, 5, 1), build.output
    (name,) = sweeps(shared_lab)
    results = shared_lab.json(f"experiments/{name}/results.json")
    assert (results["status"], len(results["runs"]), results["verdict"]) == ("completed", 6, "untestable")
    assert shared_lab.json(f"experiments/{name}/registration.json")["finished_runs"] == 1
    family = {one["experiment_id"]: one for one in shared_lab.json("genealogy.json")["experiments"]}
    assert (family[name]["parent_experiment"], family[name]["parent_source"]) == ("lr", "declared")
    states = json.loads(shared_lab.proband("status", name, "--json").stdout)["experiments"]
    assert (states[name]["counts"]["done"], states[name]["outcome"]) == (6, "completed")
    text = (shared_lab.root / f"results/sweeps/experiment/{name}.yaml").read_text()
    assert text.splitlines()[1] == f"# python -m lightning_modules.train {' '.join(GRID)}"


def test_the_same_words_are_the_same_experiment_and_train_nothing(shared_lab: RealLab) -> None:
    known = {
        name: (shared_lab.root / f"results/sweeps/experiment/{name}.yaml").read_bytes() for name in sweeps(shared_lab)
    }
    build = shared_lab.train(GRID[0], GRID[3], GRID[2], GRID[1])
    assert (build.code, build.trained) == (0, frozenset()), build.output
    assert known == {
        name: (shared_lab.root / f"results/sweeps/experiment/{name}.yaml").read_bytes() for name in sweeps(shared_lab)
    }


def test_a_sweep_is_built_by_name_and_by_no_bare_build(shared_lab: RealLab) -> None:
    (name,) = sweeps(shared_lab)
    assert name not in shared_lab.snakemake("--dry-run", "--quiet", "rules").output
    assert "Nothing to be done" in shared_lab.snakemake("--dry-run", name).output


def test_a_failed_run_is_a_failed_job(shared_lab: RealLab) -> None:
    before = sweeps(shared_lab)
    build = shared_lab.train("-m", "experiment=lr", "model.lr=0.01,1e30", "seed=0")
    assert (build.code, len(build.trained)) == (1, 1), build.output
    assert is_one_clear_answer(
        build, "Error executing job with overrides: ['experiment=lr', 'model.lr=1e+30'", "non_finite"
    )
    record = shared_lab.json(f"experiments/{only_new(shared_lab, before)}/experiment.json")
    assert "compare" not in record  # its control is not among the points
    assert [one["type"] for one in record["deliverables"]] == ["config"]


def test_a_sweeper_that_reads_results_grows_one_experiment(shared_lab: RealLab) -> None:
    shared_lab.write("hydra_plugins/climber.py", CLIMBER)
    before, built = sweeps(shared_lab), builds(shared_lab)
    build = shared_lab.train("-m", "experiment=lr", "seed=0", "hydra/sweeper=climber")
    assert (build.code, builds(shared_lab) - built) == (0, 2), build.output
    asked = [line.split()[1:] for line in build.output.splitlines() if line.startswith("asked")]
    assert [(int(number), float(rate)) for number, rate, *_ in asked] == [(0, 0.0001), (1, 0.01), (2, 0.01), (3, 0.02)]
    assert all(float(rate) == float(trained) for _, rate, trained, *_ in asked)
    for *_, value, folder in asked:
        metrics = json.loads((shared_lab.root / folder / "output/metrics.json").read_text())
        assert float(value) == metrics["final_accuracy"]  # the registered one, though the test itself is gone
    record = shared_lab.json(f"experiments/{only_new(shared_lab, before)}/experiment.json")
    assert [point["overrides"] for point in record["points"]] == [{"model.lr": rate} for rate in (0.0001, 0.01, 0.02)]


def test_groups_are_swept_without_an_experiment(shared_lab: RealLab) -> None:
    before = sweeps(shared_lab)
    words = ("trainer.max_epochs=1", "tracking=none", "+data.batch_size=256", "hydra.launcher.cores=2")
    build = shared_lab.train("-m", "model=mlp,cnn", *(word.lstrip("+") for word in words))
    assert (build.code, len(build.trained)) == (0, 2), build.output
    record = shared_lab.json(f"experiments/{only_new(shared_lab, before)}/experiment.json")
    assert record["parent"] is None or record["parent_source"] == "nearest"
    assert "None was stated" in record["hypothesis"]


def test_the_basic_launcher_can_still_be_chosen(shared_lab: RealLab) -> None:
    built = builds(shared_lab)
    build = shared_lab.train(*GRID, "hydra/launcher=basic")
    assert (build.code, build.trained, builds(shared_lab)) == (0, frozenset(), built), build.output


MISTAKES: dict[str, tuple[tuple[str, ...], int, tuple[str, ...]]] = {
    "no such key": (("model.lrr=1,2",), 1, ("model.lrr",)),
    "no such option": (("model=mlp,cmn",), 1, ("cmn",)),
    "no such experiment": (("experiment=lrr", "seed=0,1"), 1, ("lrr",)),
    "the wrong type": (("model.hidden=4,many",), 2, ("overrides: model.hidden: ", "takes int, got 'many'")),
    "the wrong type for all": (("model.hidden=many", "seed=0,1"), 2, ("overrides: model.hidden: ", "got 'many'")),
    "what is no sweep": (("resources.cpus=1,2",), 2, ("overrides: resources.cpus: cannot change a training",)),
    "a deletion": (("~model.dropout", "model=cnn", "seed=0,1"), 2, ("~model.dropout", "it cannot delete them")),
    "an interpolation": (("model.hidden=${seed}", "seed=1,2"), 2, ("takes its value from elsewhere",)),
    "the question": (("experiment=lr", "experiment.hypothesis=a,b"), 2, ("what is asked is not swept",)),
    "a key of Hydra's": (("hydra.launcher.cores=1,2",), 1, ("Sweeping over Hydra's configuration is not supported",)),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "parts"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_and_leaves_nothing(
    words: tuple[str, ...], code: int, parts: tuple[str, ...], shared_lab: RealLab
) -> None:
    before = sweeps(shared_lab), builds(shared_lab)
    build = shared_lab.train("-m", *words)
    assert (build.code, build.trained) == (code, frozenset()), build.output
    assert is_one_clear_answer(build, *parts), build.output
    assert (sweeps(shared_lab), builds(shared_lab)) == before


def test_a_sweep_that_was_taken_over_is_not_written_to(shared_lab: RealLab) -> None:
    name = next(one for one in sweeps(shared_lab) if "[0.001, 0.01]" in _levels(shared_lab, one))
    text = (shared_lab.root / f"results/sweeps/experiment/{name}.yaml").read_text()
    taken = shared_lab.write(f"conf/experiment/{name}.yaml", text)
    assert shared_lab.proband("compile", name).returncode == 0
    build = shared_lab.train(*GRID)
    assert build.code == 2
    assert is_one_clear_answer(build, f"conf/experiment/{name}.yaml:1:1: this sweep is a spec of the lab's own by now")
    taken.unlink()


def _levels(lab: RealLab, name: str) -> str:
    node: Any = OmegaConf.load(lab.root / f"results/sweeps/experiment/{name}.yaml")
    return str(sorted({row.get("model.lr") for row in node.experiment.sweep.get("list", [])}, key=str))


SLOW = """
import time
from lightning_modules.models.mlp import MLP

class Slow(MLP):
    def on_train_start(self) -> None:
        open("started", "w").close()
        time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_an_interrupt_reaches_the_build_and_exits_130(number: signal.Signals, lab: RealLab) -> None:
    lab.write("slow.py", SLOW)
    words = ["-m", "model._target_=slow.Slow", "tracking=none"]
    command = [sys.executable, "-m", "lightning_modules.train", *words]
    process = subprocess.Popen(command, cwd=lab.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    _wait_for(lab.root / "started", process)
    process.send_signal(number)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 130, output
    assert "Traceback" not in output
    assert lab.starts() == {}


def _wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    while not file.exists() and process.poll() is None:
        time.sleep(0.1)
    assert file.exists(), process.communicate()[0]
