"""A study whose runs are trained together or alone, and one whose model lies about it."""

from __future__ import annotations

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import spec

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
