"""Recorded results are read once, strictly, and with their source."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from agents.context.baselines import BadBaseline, Baseline, baseline, read_baselines
from compiler.base.paths import ENGINE

GOOD = {
    "title": "an old network",
    "metric": "accuracy",
    "goal": "maximize",
    "applies_to": {"tags": ["digits"]},
    "source": {"text": "measured by hand"},
    "values": [0.9, 0.91, 0.92],
    "margin": 0.01,
}


def lab(folder: Path, **files: dict[str, object]) -> Path:
    (folder / "baseline").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / "baseline" / f"{name}.yaml").write_text(yaml.safe_dump(content))
    return folder


def test_the_shipped_ones_say_where_they_come_from() -> None:
    found = [baseline(one) for one in read_baselines([ENGINE / "conf"])]
    assert {one.name for one in found} >= {"digits_logistic_regression", "digits_random_forest"}
    assert all(one.source.text and "python -c" in one.source.text for one in found)


def test_a_file_gives_its_name_and_hash(tmp_path: Path) -> None:
    (one,) = read_baselines([lab(tmp_path, old=GOOD)])
    assert (one["name"], one["file"], len(one["sha256"])) == ("old", "conf/baseline/old.yaml", 64)
    assert baseline(one).values == GOOD["values"]


def test_an_earlier_root_covers_a_later_one(tmp_path: Path) -> None:
    roots = [lab(tmp_path / "a", old=GOOD | {"margin": 0.5}), lab(tmp_path / "b", old=GOOD, other=GOOD)]
    assert [(one["name"], one["margin"]) for one in read_baselines(roots)] == [("old", 0.5), ("other", 0.01)]


def test_no_folder_is_no_baseline(tmp_path: Path) -> None:
    assert read_baselines([tmp_path]) == ()


BAD = {
    "unknown key": (GOOD | {"margn": 1}, "margn: unknown key 'margn' (did you mean 'margin'?)"),
    "unknown key of its source": (GOOD | {"source": {"txt": "x"}}, "source.txt: unknown key 'txt'"),
    "no source": ({k: v for k, v in GOOD.items() if k != "source"}, "source: is missing (say where"),
    "an empty source": (GOOD | {"source": {}}, "source: needs a text, a url or a citation key"),
    "nobody": (GOOD | {"applies_to": {}}, "applies_to: needs experiments, tags or data"),
    "two forms": (GOOD | {"value": 0.9}, "needs one of: values (of runs), mean with sd and n, or value"),
    "no form": (GOOD | {"values": None}, "needs one of:"),
    "half a summary": (GOOD | {"values": None, "mean": 0.9, "sd": 0.1}, "needs mean, sd and n together"),
    "one run": (GOOD | {"values": [0.9]}, "values: list should have at least 2 items"),
    "not finite": (GOOD | {"values": [0.9, float("nan")]}, "values[1]: input should be a finite number"),
    "a margin of nothing": (GOOD | {"margin": 0}, "margin: input should be greater than 0"),
    "a goal of its own": (GOOD | {"goal": "up"}, "goal: unknown value 'up' (known: maximize, minimize)"),
}


@pytest.mark.parametrize(("content", "told"), BAD.values(), ids=BAD)
def test_mistakes_are_told_with_file_and_key(content: dict[str, object], told: str, tmp_path: Path) -> None:
    with pytest.raises(BadBaseline) as caught:
        read_baselines([lab(tmp_path, bad=content)])
    assert str(caught.value).startswith("conf/baseline/bad.yaml:")
    assert told in str(caught.value)


def test_the_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadBaseline) as caught:
        read_baselines([lab(tmp_path, a=GOOD | {"goal": "up"}, b=GOOD | {"margin": -1}, c=GOOD)])
    assert len(caught.value.diagnostics) == 2


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadBaseline, match="is also the name of"):
        read_baselines([lab(tmp_path, a=GOOD | {"name": "same"}, b=GOOD | {"name": "same"})])


CONCERNS = {
    "by its id": ({"experiments": ["lr"]}, True),
    "by a tag": ({"tags": ["digits", "x"]}, True),
    "by its data": ({"data": ["data/digits.npz"]}, True),
    "another experiment": ({"experiments": ["wd"], "tags": ["x"], "data": ["data/y"]}, False),
}


@pytest.mark.parametrize(("to", "expected"), CONCERNS.values(), ids=CONCERNS)
def test_whom_it_concerns(to: dict[str, list[str]], expected: bool) -> None:
    one = Baseline.model_validate({**GOOD, "name": "old", "applies_to": to})
    assert one.concerns("lr", ["digits"], ["data/digits.npz"]) is expected
