"""Recorded baselines are validated strictly and keep their source file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from agents.context.baselines import BadBaseline, Baseline, read_baselines
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


def test_shipped_baselines_have_a_command_as_source() -> None:
    shipped = [recorded.baseline for recorded in read_baselines([ENGINE / "conf"])]
    assert {baseline.name for baseline in shipped} >= {"digits_logistic_regression", "digits_random_forest"}
    assert all(baseline.source.text and "python -c" in baseline.source.text for baseline in shipped)


def test_baseline_is_named_after_its_file_and_source_has_the_hash(tmp_path: Path) -> None:
    (recorded,) = read_baselines([lab(tmp_path, old=GOOD)])
    assert (recorded.baseline.name, recorded.baseline.values) == ("old", GOOD["values"])
    assert (recorded.source.file, len(recorded.source.sha256)) == ("conf/baseline/old.yaml", 64)


def test_file_in_an_earlier_root_replaces_a_later_one(tmp_path: Path) -> None:
    roots = [lab(tmp_path / "a", old=GOOD | {"margin": 0.5}), lab(tmp_path / "b", old=GOOD, other=GOOD)]
    baselines = [recorded.baseline for recorded in read_baselines(roots)]
    assert [(baseline.name, baseline.margin) for baseline in baselines] == [("old", 0.5), ("other", 0.01)]


def test_missing_folder_has_no_baselines(tmp_path: Path) -> None:
    assert read_baselines([tmp_path]) == ()


BAD = {
    "unknown key": (GOOD | {"margn": 1}, "margn: unknown key 'margn' (did you mean 'margin'?)"),
    "unknown key of its source": (GOOD | {"source": {"txt": "x"}}, "source.txt: unknown key 'txt'"),
    "no source": ({k: v for k, v in GOOD.items() if k != "source"}, "source: is missing (add where"),
    "an empty source": (GOOD | {"source": {}}, "source: has no source: give text, url or cite"),
    "applies to nothing": (GOOD | {"applies_to": {}}, "applies_to: needs experiments, tags or data"),
    "values and a value": (GOOD | {"value": 0.9}, "needs one of: values (of runs), mean with sd and n, or value"),
    "no values": (GOOD | {"values": None}, "needs one of:"),
    "incomplete summary": (GOOD | {"values": None, "mean": 0.9, "sd": 0.1}, "needs mean, sd and n together"),
    "one run": (GOOD | {"values": [0.9]}, "values: list should have at least 2 items"),
    "not finite": (GOOD | {"values": [0.9, float("nan")]}, "values[1]: input should be a finite number"),
    "zero margin": (GOOD | {"margin": 0}, "margin: input should be greater than 0"),
    "unknown goal": (GOOD | {"goal": "up"}, "goal: unknown value 'up' (known: maximize, minimize)"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD)
def test_problems_are_reported_with_file_and_key(content: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(BadBaseline) as caught:
        read_baselines([lab(tmp_path, bad=content)])
    assert str(caught.value).startswith("conf/baseline/bad.yaml:")
    assert message in str(caught.value)


def test_problems_of_all_files_are_reported_together(tmp_path: Path) -> None:
    with pytest.raises(BadBaseline) as caught:
        read_baselines([lab(tmp_path, a=GOOD | {"goal": "up"}, b=GOOD | {"margin": -1}, c=GOOD)])
    assert len(caught.value.diagnostics) == 2


def test_duplicate_names_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(BadBaseline, match="is also the name of"):
        read_baselines([lab(tmp_path, a=GOOD | {"name": "same"}, b=GOOD | {"name": "same"})])


APPLIES = {
    "by its id": ({"experiments": ["lr"]}, True),
    "by a tag": ({"tags": ["digits", "x"]}, True),
    "by its data": ({"data": ["data/digits.npz"]}, True),
    "another experiment": ({"experiments": ["wd"], "tags": ["x"], "data": ["data/y"]}, False),
}


@pytest.mark.parametrize(("applies_to", "expected"), APPLIES.values(), ids=APPLIES)
def test_baseline_applies_by_id_tag_or_data(applies_to: dict[str, list[str]], expected: bool) -> None:
    baseline = Baseline.model_validate({**GOOD, "name": "old", "applies_to": applies_to})
    assert baseline.applies("lr", ["digits"], ["data/digits.npz"]) is expected
