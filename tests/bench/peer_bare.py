"""A script as a user writes it without Proband: Hydra, Lightning, a checkpoint and a file of metrics.

It imports nothing of Proband. Model, data and numbers are those of the `digits_lr` experiment.
"""

from __future__ import annotations

import json
from pathlib import Path

import hydra
import numpy as np
import torch
from hydra.core.hydra_config import HydraConfig
from lightning import LightningModule, Trainer, seed_everything
from omegaconf import DictConfig
from sklearn.model_selection import train_test_split
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset


class Digits(LightningModule):
    def __init__(self, lr: float, hidden: int) -> None:
        super().__init__()
        self.lr = lr
        self.network = nn.Sequential(nn.Flatten(), nn.Linear(64, hidden), nn.ReLU(), nn.Linear(hidden, 10))

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        loss = nn.functional.cross_entropy(self.network(batch[0]), batch[1])
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: list[Tensor], batch_idx: int) -> None:
        self._log("eval", batch)

    def test_step(self, batch: list[Tensor], batch_idx: int) -> None:
        self._log("test", batch)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.lr)

    def _log(self, part: str, batch: list[Tensor]) -> None:
        logits = self.network(batch[0])
        self.log(f"{part}_loss", nn.functional.cross_entropy(logits, batch[1]))
        self.log(f"{part}_accuracy", (logits.argmax(dim=1) == batch[1]).float().mean())


class Rows(TensorDataset):
    """Returns a batch with one index operation."""

    def __getitems__(self, rows: list[int]) -> tuple[Tensor, ...]:
        return tuple(tensor[rows] for tensor in self.tensors)


def loaders(path: str, batch_size: int) -> list[DataLoader[tuple[Tensor, ...]]]:
    """Return the loaders for training, validation and test."""
    with np.load(path) as arrays:
        images = arrays["images"].astype(np.float32)[:, None] / 16
        labels = arrays["labels"].astype(np.int64)
    rest, test = train_test_split(np.arange(len(labels)), test_size=0.2, random_state=0, stratify=labels)
    train, validation = train_test_split(rest, test_size=0.25, random_state=0, stratify=labels[rest])
    parts = [Rows(torch.tensor(images[rows]), torch.tensor(labels[rows])) for rows in (train, validation, test)]
    return [DataLoader(part, batch_size, shuffle=part is parts[0], collate_fn=list) for part in parts]


@hydra.main(version_base="1.3", config_path=".", config_name="peer_bare")
def main(config: DictConfig) -> float:
    torch.set_num_threads(config.threads)
    seed_everything(config.seed, verbose=False)
    folder = Path(HydraConfig.get().runtime.output_dir)
    train, validation, test = loaders(config.file, config.batch_size)
    model = Digits(config.lr, config.hidden)
    trainer = Trainer(
        max_epochs=config.max_epochs,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
    )
    trainer.fit(model, train, validation)
    metrics = {name: float(value) for name, value in trainer.callback_metrics.items()}
    metrics |= trainer.test(model, test, verbose=False)[0]
    trainer.save_checkpoint(folder / "model.ckpt")
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    return metrics["test_accuracy"]


if __name__ == "__main__":
    main()
