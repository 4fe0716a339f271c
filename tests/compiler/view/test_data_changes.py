"""A comparison of experiments lists the data that differ, and the data that changed since the last build."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.compile_lab import compile_lab
from compiler.plan.manifest import build_plan
from compiler.plan.model import Plan
from compiler.view.data_changes import DataChange, changes_since_build, data_changes, data_of, since_build_lines
from tests.labs import spec, write_lab

LOCK = "stages: {make: {outs: [{path: data/x.csv, md5: aaaa11112222333344}, {path: data/y, md5: bbbb.dir}]}}"


def lab_and_plan(root: Path, lock: str = LOCK) -> tuple[Lab, Plan]:
    text = "experiment: {{hypothesis: H.}}\ndata: {{path: {path}}}\n"
    lab = write_lab(root, {"x": spec(text.format(path="data/x.csv")), "y": spec(text.format(path="data/y/part"))})
    write_lab(root, {"dvc.lock": lock})
    return lab, build_plan(compile_lab(lab).compilation)


CHANGES = {
    "equal": ({"a": "1"}, {"a": "1"}, []),
    "another version": ({"a": "1"}, {"a": "2"}, [DataChange("a", "1", "2")]),
    "other files": ({"a": "1"}, {"b": "1"}, [DataChange("a", "1", None), DataChange("b", None, "1")]),
    "one of two files": ({"a": "1", "b": "1"}, {"a": "1", "b": "2"}, [DataChange("b", "1", "2")]),
    "no data": ({}, {}, []),
}


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES.values(), ids=CHANGES)
def test_each_changed_path_is_listed_once(
    before: dict[str, str], after: dict[str, str], expected: list[DataChange]
) -> None:
    assert data_changes(before, after) == expected


def test_data_of_experiments_are_those_of_their_runs(tmp_path: Path) -> None:
    _, plan = lab_and_plan(tmp_path)
    assert (data_of(plan, "x"), data_of(plan, "y")) == ({"data/x.csv": "aaaa11112222333344"}, {"data/y": "bbbb.dir"})


def test_data_that_changed_since_the_build_are_listed_with_both_versions(tmp_path: Path) -> None:
    lab, plan = lab_and_plan(tmp_path)
    assert changes_since_build(lab, plan, "x") == []
    write_json(lab.results_file("x"), {"runs": [{"run_id": "0123456789ab"}, {"run_id": "ffffffffffff"}, "damaged"]})
    write_json(lab.run("0123456789ab") / "config.json", {"data": data_of(plan, "x")})
    assert changes_since_build(lab, plan, "x") == []
    _, changed_plan = lab_and_plan(tmp_path, LOCK.replace("aaaa1111", "cccc1111"))
    (change,) = changes_since_build(lab, changed_plan, "x")
    assert change.to_json() == {"path": "data/x.csv", "from": "aaaa11112222333344", "to": "cccc11112222333344"}
    (line,) = since_build_lines("x", [change])
    expected = "x: data/x.csv has changed since the last build: version aaaa11112222 then, cccc11112222 now"
    assert line.plain == expected


def test_damaged_results_have_no_data(tmp_path: Path) -> None:
    lab, plan = lab_and_plan(tmp_path)
    lab.results_file("x").parent.mkdir(parents=True)
    lab.results_file("x").write_text("{", encoding="utf-8")
    assert changes_since_build(lab, plan, "x") == []
