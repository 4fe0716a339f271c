"""Write the digits data set of scikit-learn to a file: `python -m lightning_modules.data.prepare_digits FILE`."""

from __future__ import annotations

import argparse
from io import BytesIO
from pathlib import Path

import numpy as np

from compiler.base.json_files import write_bytes


def load_images_and_labels() -> tuple[np.ndarray, np.ndarray]:
    """Return images (1797, 8, 8), uint8 between 0 and 16, and labels (1797,), int64."""
    from sklearn.datasets import load_digits  # slow to import

    digits = load_digits()
    return digits.images.astype(np.uint8), digits.target.astype(np.int64)


def write_digits(path: Path) -> None:
    """Write the file atomically. Its bytes are always the same, because `numpy.savez` writes a constant date."""
    images, labels = load_images_and_labels()
    content = BytesIO()
    np.savez(content, images=images, labels=labels)
    write_bytes(path, content.getvalue())


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the digits data set of scikit-learn to a file.")
    parser.add_argument("path", type=Path, help="the .npz file to write")
    write_digits(parser.parse_args().path)


if __name__ == "__main__":
    main()
