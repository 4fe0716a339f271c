"""Load the digits data set of scikit-learn from the file that `prepare_digits` writes."""

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
    """The data file was not written by `prepare_digits`."""


@dataclass(frozen=True)
class Split:
    """The row numbers of each part. Every row is in exactly one part."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


class Rows(TensorDataset):
    """A dataset that returns a whole batch with one index operation instead of one per row."""

    def __getitems__(self, rows: list[int]) -> tuple[Tensor, ...]:
        batch: tuple[Tensor, ...] = self[rows]
        return batch


class DigitsDataModule(LightningDataModule):
    """Batches of images (n, 1, 8, 8), float32 between 0 and 1, and labels (n,), int64.

    The split has its own seed, so that runs with different seeds are tested on the same images.
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
    """Return images (n, 1, 8, 8), float32 between 0 and 1, and labels (n,), int64.

    Raises:
        FileNotFoundError: The file does not exist. The message contains the command that writes it.
        BadDigits: The file was not written by `prepare_digits`.
    """
    if not path.is_file():
        command = f"python -m lightning_modules.data.prepare_digits {path}"
        raise FileNotFoundError(f"{path}: no such file (write it with: {command})")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images, labels = arrays["images"], arrays["labels"]
    except (KeyError, ValueError, OSError, EOFError, BadZipFile) as error:
        raise BadDigits(f"{path}: not a file of digits ({error})") from error
    if images.shape != (len(labels), 8, 8) or labels.ndim != 1:
        raise BadDigits(f"{path}: images {images.shape} and labels {labels.shape} are not (n, 8, 8) and (n,)")
    return images[:, None].astype(np.float32) / 16, labels.astype(np.int64)


def stratified_split(labels: np.ndarray, validation: float, test: float, seed: int) -> Split:
    """Split the rows so that every part contains the same share of each class, up to one row.

    The rows are shuffled and ranked within their class. The relative rank of a row determines its part.
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
