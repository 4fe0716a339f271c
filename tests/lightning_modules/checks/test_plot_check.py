"""A picture of nothing and a table without rows are no delivered plot."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from compiler.deliverables.check import FinishedRun
from lightning_modules.checks.plot import check


def picture(colors: list[tuple[int, int, int]], size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, "white")
    image.putdata(colors * (size[0] * size[1] // len(colors)))
    return image


WHITE, RED = (255, 255, 255), (255, 0, 0)
PICTURES = {
    "all white": ([WHITE], (40, 30), "is a picture of one colour"),
    "one pixel": ([RED], (1, 1), "is a picture of one colour"),
    "two colours": ([WHITE, RED], (40, 30), ""),
}


def problem(folder: Path, name: str) -> str:
    result = check(FinishedRun("r", folder, {}, {}), SimpleNamespace(path=name))
    return "" if result.passed else result.detail


@pytest.mark.parametrize(("colors", "size", "expected"), PICTURES.values(), ids=PICTURES)
def test_a_picture_must_show_something(
    colors: list[tuple[int, int, int]], size: tuple[int, int], expected: str, tmp_path: Path
) -> None:
    picture(colors, size).save(tmp_path / "plot.png")
    assert expected in problem(tmp_path, "plot.png")
    assert bool(problem(tmp_path, "plot.png")) is bool(expected)


FILES = {
    "text called png": ("plot.png", "not a picture", "plot.png is not a picture"),
    "empty png": ("plot.png", "", "plot.png is empty"),
    "header only": ("table.csv", "epoch,loss\n\n", "table.csv is a table without rows"),
    "a row": ("table.csv", "epoch,loss\n0,1\n", ""),
    "another format": ("plot.svg", "<svg/>", ""),
}


@pytest.mark.parametrize(("name", "text", "expected"), FILES.values(), ids=FILES)
def test_other_files(name: str, text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert problem(tmp_path, name).startswith(expected)
    assert bool(problem(tmp_path, name)) is bool(expected)


def test_a_missing_plot_is_reported(tmp_path: Path) -> None:
    assert problem(tmp_path, "plot.png") == "plot.png is missing"
