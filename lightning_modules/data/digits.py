"""The digits of scikit-learn, read from a file that `prepare_digits` wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from lightning import LightningDataModule
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

Batches = DataLoader[tuple[Tensor, ...]]


class BadDigits(ValueError):
    """The data file is not what `prepare_digits` writes."""


@dataclass(frozen=True)
class Split:
    """Row numbers of each part. Together they are every row, once."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


class Rows(TensorDataset):
    """All in memory: a batch is one look-up, not one for each of its rows."""

    def __getitems__(self, rows: list[int]) -> tuple[Tensor, ...]:
        batch: tuple[Tensor, ...] = self[rows]
        return batch


class DigitsDataModule(LightningDataModule):
    """Batches of images (n, 1, 8, 8), float32 in 0..1, and labels (n,), int64.

    The split has a seed of its own, so that runs with different seeds are tested on the same images.
    """

    def __init__(
        self,
        path: str,
        batch_size: int = 32,
        num_workers: int = 0,
        split_seed: int = 0,
        validation_fraction: float = 0.2,
        test_fraction: float = 0.2,
    ) -> None:
        super().__init__()
        self.path = Path(path)
        self.batch_size = batch_size
        self.num_workers = num_workers
        self.split_seed = split_seed
        self.validation_fraction = validation_fraction
        self.test_fraction = test_fraction

    def setup(self, stage: str) -> None:
        images, labels = read_digits(self.path)
        self.digits = TensorDataset(torch.from_numpy(images), torch.from_numpy(labels))
        self.split = stratified_split(labels, self.validation_fraction, self.test_fraction, self.split_seed)

    def train_dataloader(self) -> Batches:
        return self._loader(self.split.train, shuffle=True)

    def val_dataloader(self) -> Batches:
        return self._loader(self.split.validation)

    def test_dataloader(self) -> Batches:
        return self._loader(self.split.test)

    def _loader(self, rows: np.ndarray, shuffle: bool = False) -> Batches:
        part = Rows(*self.digits[torch.from_numpy(rows)])
        return DataLoader(part, self.batch_size, shuffle=shuffle, num_workers=self.num_workers, collate_fn=list)


def read_digits(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 1, 8, 8), float32 in 0..1, and labels (n,), int64.

    Raises:
        FileNotFoundError: there is no such file; the message says how to make it.
        BadDigits: the file holds something else.
    """
    if not path.is_file():
        how = f"make it with: python -m lightning_modules.data.prepare_digits {path}"
        raise FileNotFoundError(f"{path}: no such file; {how}")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images, labels = arrays["images"], arrays["labels"]
    except (KeyError, ValueError, OSError, EOFError, BadZipFile) as error:
        raise BadDigits(f"{path}: not a file of digits ({error})") from error
    if images.shape != (len(labels), 8, 8) or labels.ndim != 1:
        raise BadDigits(f"{path}: images {images.shape} and labels {labels.shape} are not (n, 8, 8) and (n,)")
    return images[:, None].astype(np.float32) / 16, labels.astype(np.int64)


def stratified_split(labels: np.ndarray, validation: float, test: float, seed: int) -> Split:
    """Parts that hold the same share of every class, up to one row.

    Rows are shuffled, then ranked within their class; a row's part follows from its relative rank.
    """
    if min(validation, test, 1 - validation - test) <= 0:
        raise ValueError(f"validation_fraction {validation} and test_fraction {test} leave a part empty")
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    rank = np.empty(len(labels))
    for label in np.unique(labels):
        members = shuffled[labels[shuffled] == label]
        rank[members] = (np.arange(len(members)) + 0.5) / len(members)
    is_test, is_train = rank < test, rank >= test + validation
    return Split(np.flatnonzero(is_train), np.flatnonzero(~is_test & ~is_train), np.flatnonzero(is_test))
