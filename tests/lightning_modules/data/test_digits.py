"""The digits data are read, split and checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lightning_modules.data.digits import BadDigits, DigitsDataModule, read_digits, stratified_split
from lightning_modules.data.prepare_digits import write_digits


def test_file_has_the_same_bytes_each_time(digits: Path, tmp_path: Path) -> None:
    write_digits(tmp_path / "new" / "again.npz")
    assert (tmp_path / "new" / "again.npz").read_bytes() == digits.read_bytes()


def test_images_are_scaled_and_have_a_channel_dimension(digits: Path) -> None:
    images, labels = read_digits(digits)
    assert images.shape == (1797, 1, 8, 8)
    assert (images.dtype, labels.dtype) == (np.float32, np.int64)
    assert (images.min(), images.max()) == (0, 1)
    assert set(labels) == set(range(10))


def test_split_contains_every_row_once_and_is_stratified() -> None:
    labels = np.repeat(np.arange(10), 100)
    split = stratified_split(labels, validation=0.2, test=0.1, seed=7)
    rows = np.concatenate([split.train, split.validation, split.test])
    assert sorted(rows) == list(range(1000))
    for part, share in ((split.train, 70), (split.validation, 20), (split.test, 10)):
        assert np.bincount(labels[part]).tolist() == [share] * 10


def test_split_depends_only_on_its_seed() -> None:
    labels = np.arange(200) % 10
    first, same, other = (stratified_split(labels, 0.2, 0.2, seed) for seed in (1, 1, 2))
    assert first.test.tolist() == same.test.tolist()
    assert first.test.tolist() != other.test.tolist()


@pytest.mark.parametrize(("validation", "test"), [(0.0, 0.2), (0.2, 0.0), (0.5, 0.5), (-0.1, 0.2)])
def test_split_with_an_empty_part_is_rejected(validation: float, test: float) -> None:
    with pytest.raises(ValueError, match="leave a part empty"):
        stratified_split(np.arange(100) % 10, validation, test, seed=0)


def test_error_for_a_missing_file_contains_the_command_that_writes_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"python -m lightning_modules\.data\.prepare_digits"):
        DigitsDataModule(str(tmp_path / "none.npz")).setup("fit")


def _bad_files() -> dict[str, dict[str, np.ndarray] | bytes]:
    images, labels = np.zeros((4, 8, 8), np.uint8), np.zeros(4, np.int64)
    return {
        "not an archive": b"digits",
        "empty": b"",
        "no labels": {"images": images},
        "flat images": {"images": images.reshape(4, 64), "labels": labels},
        "fewer labels": {"images": images, "labels": labels[:3]},
        "pickled": {"images": np.array([object()], dtype=object), "labels": labels},
    }


@pytest.mark.parametrize("content", _bad_files().values(), ids=_bad_files())
def test_invalid_file_is_rejected(content: dict[str, np.ndarray] | bytes, tmp_path: Path) -> None:
    path = tmp_path / "digits.npz"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        np.savez(path, **content)
    with pytest.raises(BadDigits, match=str(path)):
        read_digits(path)


def test_truncated_file_is_rejected(digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "digits.npz"
    path.write_bytes(digits.read_bytes()[:-100])
    with pytest.raises(BadDigits):
        read_digits(path)
