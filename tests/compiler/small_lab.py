"""A small lab without dependencies: its own groups, its own class, and two experiments that share a run."""

from __future__ import annotations

from tests.labs import spec

GROUPS: dict[str, str | bytes] = {
    "conf/config.yaml": (
        "defaults: [_self_, data: rows, model: net, trainer: plain, tracking: disabled, resources: small,"
        " experiment: null]\n"
        "seed: 0\n"
    ),
    "conf/data/rows.yaml": "_target_: builtins.dict\npath: data/rows.csv\n",
    "conf/model/net.yaml": "_target_: nets.Net\nlr: 0.1\nwidth: ${seed}\n",
    "conf/trainer/plain.yaml": "_target_: builtins.dict\nmax_epochs: 1\ndevices: 1\n",
    "conf/tracking/disabled.yaml": "mode: disabled\n",
    "conf/resources/small.yaml": "cpus: 2\nmem_mb: 500\n",
    "nets.py": (
        "from layers import Layer\nclass Net:\n    def __init__(self, lr: float, width: int = 3): ...\n"
        "    def test_step(self): self.log_dict({'accuracy': 1, 'eval_accuracy': 1, 'eval_loss': 1, 'train_loss': 1})\n"
    ),
    "layers.py": "class Layer: ...\n",
    "dvc.lock": (
        "schema: '2.0'\nstages:\n  rows:\n    cmd: make\n    outs: [{path: data/rows.csv, hash: md5, md5: aa11}]\n"
    ),
}
FILES = GROUPS | {
    "one": spec("""
        experiment:
          hypothesis: One is enough.
          metadata: {created_at: 2026-01-01}
    """),
    "lr": spec("""
        experiment:
          hypothesis: More is more.
          parent: one
          sweep: {model.lr: "0.1,0.2", seed: range(2)}
          compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}
          deliverables:
            - {type: config}
            - {type: evaluation_results, metric: accuracy, operator: ">=", value: 0.5, over: best, name: good}
    """),
}
