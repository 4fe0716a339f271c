"""`python -m lightning_modules.data.prepare_digits data/digits.npz`: the digits of scikit-learn as a file."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Images (1797, 8, 8), uint8 in 0..16, and labels (1797,), int64."""
    from sklearn.datasets import load_digits  # slow to import, and only needed here

    source = load_digits()
    return source.images.astype(np.uint8), source.target.astype(np.int64)


def write_digits(path: Path) -> None:
    """The same bytes at any time, so that a hash stands for the content: `numpy.savez` dates what it writes 1980."""
    path.parent.mkdir(parents=True, exist_ok=True)
    images, labels = digits()
    with path.open("wb") as file:
        np.savez(file, images=images, labels=labels)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the digits of scikit-learn to a file.")
    parser.add_argument("path", type=Path, help="the .npz file to write")
    write_digits(parser.parse_args().path)


if __name__ == "__main__":
    main()
