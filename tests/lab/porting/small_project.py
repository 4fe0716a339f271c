"""A small project in the conventions of lightning-hydra-template. Its model trains in milliseconds."""

from __future__ import annotations

from pathlib import Path

TRAIN = """# @package _global_

defaults:
  - _self_
  - data: points
  - model: line
  - callbacks: default
  - logger: null   # none
  - trainer: default
  - paths: default
  - extras: default
  - hydra: default
  - experiment: null
  # search for hyperparameters
  - hparams_search: null
  - optional local: default
  - debug: null

task_name: "train"
tags: ["dev"]
train: True
test: True
ckpt_path: null
seed: null
optimized_metric: "val/acc"
"""
FILES = {
    ".project-root": "",
    ".env": "TOKEN=abc\n",
    "README.md": "# Lines\n",
    "logs/old.log": "text\n",
    "data/points.txt": "1\n",
    "configs/train.yaml": TRAIN,
    "configs/eval.yaml": "defaults: [{data: points}]\nckpt_path: ???\n",
    "configs/data/points.yaml": "_target_: src.points.Points\ndata_dir: ${paths.data_dir}\nbatch_size: 16\n",
    "configs/model/line.yaml": (
        "_target_: src.line.Line\n"
        "optimizer: {_target_: torch.optim.SGD, _partial_: true, lr: 0.1}\n"
        "net: {_target_: torch.nn.Linear, in_features: 2, out_features: 2}\n"
    ),
    "configs/callbacks/default.yaml": (
        "defaults: [model_checkpoint, bar, _self_]\n"
        "model_checkpoint: {dirpath: '${paths.output_dir}/checkpoints', monitor: val/acc, mode: max}\n"
        "early_stopping: {_target_: lightning.pytorch.callbacks.EarlyStopping, monitor: val/acc, mode: max}\n"
    ),
    "configs/callbacks/model_checkpoint.yaml": (
        "model_checkpoint:\n  _target_: lightning.pytorch.callbacks.ModelCheckpoint\n  monitor: null\n"
        "  filename: 'epoch_{epoch:03d}'\n  auto_insert_metric_name: False\n"
    ),
    "configs/callbacks/bar.yaml": "bar: {_target_: lightning.pytorch.callbacks.TQDMProgressBar}\n",
    "configs/logger/csv.yaml": (
        "csv: {_target_: lightning.pytorch.loggers.csv_logs.CSVLogger, save_dir: '${paths.output_dir}', name: csv/}\n"
    ),
    "configs/trainer/default.yaml": (
        "_target_: lightning.pytorch.trainer.Trainer\ndefault_root_dir: ${paths.output_dir}\nmax_epochs: 3\n"
        "accelerator: cpu\ndevices: 1\n"
    ),
    "configs/paths/default.yaml": (
        "root_dir: ${oc.env:PROJECT_ROOT}\ndata_dir: ${paths.root_dir}/data/\nlog_dir: ${paths.root_dir}/logs/\n"
        "output_dir: ${hydra:runtime.output_dir}\nwork_dir: ${hydra:runtime.cwd}\n"
    ),
    "configs/extras/default.yaml": "ignore_warnings: False\nenforce_tags: True\nprint_config: True\n",
    "configs/hydra/default.yaml": (
        "defaults: [override hydra_logging: colorlog]\nrun: {dir: '${paths.log_dir}/${now:%Y-%m-%d}'}\n"
    ),
    "configs/debug/fdr.yaml": "# @package _global_\ntrainer: {fast_dev_run: true}\n",
    "configs/hparams_search/optuna.yaml": (
        "# @package _global_\ndefaults:\n  - override /hydra/sweeper: optuna\noptimized_metric: val/acc\n"
        "hydra:\n  mode: MULTIRUN\n  sweeper:\n    direction: maximize\n    n_trials: 8\n"
        "    sampler: {_target_: optuna.samplers.TPESampler, seed: 12}\n"
        "    params:\n      model.optimizer.lr: interval(0.001, 0.1)\n      data.batch_size: choice(8, 16)\n"
    ),
    "configs/experiment/example.yaml": (
        "# @package _global_\n\ndefaults:\n  - override /model: line\n  - override /logger: csv\n\n"
        'tags: ["line"]\nseed: 7\n\nmodel:\n  optimizer:\n    lr: 0.2\n'
    ),
    "src/__init__.py": "",
    "src/train.py": (
        "import hydra\n\n\n@hydra.main(version_base='1.3', config_path='../configs', config_name='train.yaml')\n"
        "def main(cfg):\n    raise SystemExit('a lab never runs this')\n"
    ),
    "src/broken.py": "def (:\n",
    "src/points.py": '''"""Random points, labelled by their side of a line."""

import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader, TensorDataset


class Points(pl.LightningDataModule):
    def __init__(self, data_dir: str = "data/", batch_size: int = 16) -> None:
        super().__init__()
        self.save_hyperparameters(logger=False)

    def part(self, seed: int) -> DataLoader:
        x = torch.randn(64, 2, generator=torch.Generator().manual_seed(seed))
        return DataLoader(TensorDataset(x, (x[:, 0] > 0).long()), self.hparams.batch_size)

    def train_dataloader(self):
        return self.part(1)

    def val_dataloader(self):
        return self.part(2)

    def test_dataloader(self):
        return self.part(3)
''',
    "src/line.py": '''"""A line that separates points."""

from pytorch_lightning import LightningModule
from torch import nn


class Line(LightningModule):
    def __init__(self, net: nn.Module, optimizer) -> None:
        super().__init__()
        self.save_hyperparameters(logger=False, ignore=["net"])
        self.net = net

    def forward(self, x):
        return self.net(x)

    def step(self, batch):
        logits = self(batch[0])
        return nn.functional.cross_entropy(logits, batch[1]), (logits.argmax(1) == batch[1]).float().mean()

    def training_step(self, batch, batch_idx):
        loss, acc = self.step(batch)
        self.log("train/loss", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        loss, acc = self.step(batch)
        self.log("val/loss", loss)
        self.log("val/acc", acc)

    def test_step(self, batch, batch_idx):
        loss, acc = self.step(batch)
        self.log("test/loss", loss)
        self.log("test/acc", acc)

    def configure_optimizers(self):
        return self.hparams.optimizer(params=self.parameters())
''',
}


def write_project(root: Path, **changes: str | None) -> Path:
    """Write the project. A change names a file with `__` for `/` and without its suffix `.yaml`; None removes it."""
    files = dict(FILES)
    for name, text in changes.items():
        path = f"{name.replace('__', '/')}.yaml"
        files.pop(path, None)
        if text is not None:
            files[path] = text
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root
