"""A build that trains runs together gives the runs that a build without it gives, with all their evidence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.support.specs import CopyOf, spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("fused_training")]
SWEEP = "sweep: {model.lr: '0.001,0.003,0.01', seed: range(4)}"
COMPARE = "compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.001, treatment: 0.01}"
CHECKED = "deliverables: [{type: model_checkpoint}, {type: config}, {type: system_metrics}, {type: plot}]"
LIAR = """
from lightning_modules.models.mlp import MLP

class Liar(MLP):
    fusable = True

    def training_loss(self, batch):
        self.calls = getattr(self, "calls", 0) + 1  # an ensemble calls this once for all members
        return super().training_loss(batch) * (1 + self.seed_of_process() / 10)

    def seed_of_process(self):
        import os
        return int(os.environ.get("PL_GLOBAL_SEED", "0"))
"""


def write_study(lab: RealLab, fuse: str) -> None:
    text = spec("A rate of 0.01 is better.", SWEEP, COMPARE, CHECKED)
    lab.write("conf/experiment/rates.yaml", text.replace("max_epochs: 1", f"max_epochs: 1, fuse: {fuse}"))
    text = spec("The seed changes little.", "sweep: {seed: range(3)}", more="model: {_target_: liar.Liar}\n")
    lab.write("conf/experiment/liar.yaml", text.replace("max_epochs: 1", f"max_epochs: 1, fuse: {fuse}"))
    lab.write("liar.py", LIAR)


def build_fused(lab: RealLab) -> None:
    write_study(lab, "auto")
    build = lab.snakemake("rates")
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 12


def build_alone(lab: RealLab) -> None:
    write_study(lab, "off")
    build = lab.snakemake("rates")
    assert build.exit_code == 0, build.output


@pytest.fixture
def fused(copy_of: CopyOf) -> RealLab:
    return copy_of(build_fused)


def provenance(lab: RealLab, run: str) -> dict[str, Any]:
    content: dict[str, Any] = lab.json(f"runs/{run}/provenance.json")
    return content


def test_fused_runs_have_the_results_of_runs_that_were_trained_alone(built_labs: BuiltLabs) -> None:
    fused, alone = built_labs.original(build_fused), built_labs.original(build_alone)
    runs = {run["run_id"]: run for run in alone.runs("rates")}
    assert {run["run_id"] for run in fused.runs("rates")} == runs.keys()
    members: set[str] = set()
    for run in fused.runs("rates"):
        assert {item["status"] for item in run["deliverables_status"].values()} == {"delivered"}
        assert run["metrics"]["accuracy"] == runs[run["run_id"]]["metrics"]["accuracy"]
        predictions = [
            np.load(lab.root / "results/runs" / run["run_id"] / "output/predictions.npz", allow_pickle=False)
            for lab in (fused, alone)
        ]
        for name in predictions[0].files:
            np.testing.assert_allclose(predictions[0][name], predictions[1][name], atol=1e-5)
        members.update(provenance(fused, run["run_id"])["fused"]["members"])
        assert provenance(alone, run["run_id"])["fused"] is None
    assert members == runs.keys()
    verdicts = [lab.json("experiments/rates/results.json")["comparison"]["verdict"] for lab in (fused, alone)]
    assert verdicts[0] == verdicts[1]


def test_forced_runs_are_trained_together_and_others_are_left(fused: RealLab) -> None:
    first, second = (run["run_id"] for run in fused.runs("rates")[:2])
    targets = [f"results/runs/{run}/status.json" for run in (first, second)]
    build = fused.snakemake(*targets, "--forcerun", *targets, "--until", "_train")
    assert build.exit_code == 0, build.output
    assert build.trained == {first, second}
    assert set(provenance(fused, first)["fused"]["members"]) == {first, second}
    assert not (fused.root / ".proband/fusion").exists() or not list((fused.root / ".proband/fusion").iterdir())


def test_a_model_that_is_not_fusable_is_trained_alone(fused: RealLab) -> None:
    build = fused.snakemake("liar")
    assert build.exit_code == 0, build.output
    runs = [run["run_id"] for run in fused.runs("liar")]
    assert build.trained == set(runs)
    assert {provenance(fused, run)["fused"] is None for run in runs} == {True}
    logs = " ".join((fused.root / f".proband/logs/train/{run}.log").read_text(encoding="utf-8") for run in runs)
    assert "are not trained together, but each alone" in logs
