"""A data group declares groups, licence and whether people are affected, without a change of any run id."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.plan.compile_lab import compile_lab
from compiler.plan.manifest import build_plan
from compiler.plan.model import Plan
from compiler.runs.toolchain import Toolchain
from tests.compiler.small_lab import FILES
from tests.labs import compile_one, mistakes_of, spec, write_lab

DECLARED = "data: {groups: [writer, age_band], licence: CC-BY-4.0, personal_data: false, human_subjects: true}\n"
MODULE = "class Rows:\n    def __init__(self, path: str, groups: int = 5): ...\n"
OPEN_MODULE = "class Rows:\n    def __init__(self, path: str, **more): ...\n"


def body(lines: str) -> str:
    return spec(f"experiment: {{hypothesis: H.}}\n{lines}")


def test_declarations_are_in_the_plan_and_not_in_the_run_id(tmp_path: Path) -> None:
    lab = write_lab(tmp_path, FILES | {"plain": body(""), "declared": body(DECLARED)})
    plain, declared = compile_one(lab, "plain")[0], compile_one(lab, "declared")[0]
    assert [point.run for point in plain.points] == [point.run for point in declared.points]
    assert declared.base == plain.base
    planned = build_plan(compile_lab(lab).compilation)
    (dataset,) = planned.experiments["declared"].datasets
    assert (dataset.name, dataset.groups, dataset.licence) == ("rows", ("writer", "age_band"), "CC-BY-4.0")
    assert (dataset.personal_data, dataset.human_subjects) == (False, True)
    assert Plan.from_json(planned.to_json()).to_json() == planned.to_json()
    assert Plan.from_json(planned.to_json()).experiments["declared"].datasets == (dataset,)


@pytest.mark.parametrize("denied", ["false", "null"])
def test_spec_cannot_take_back_a_risk_that_the_data_group_declares(tmp_path: Path, denied: str) -> None:
    group = "_target_: builtins.dict\npath: data/rows.csv\npersonal_data: true\nhuman_subjects: false\n"
    denial = body(f"data: {{personal_data: {denied}, human_subjects: {denied}}}\n")
    (dataset,) = compile_one(write_lab(tmp_path, FILES | {"conf/data/rows.yaml": group, "denied": denial}), "denied")[
        0
    ].datasets
    assert dataset["personal_data"] is True
    assert dataset["human_subjects"] is (False if denied == "false" else None)


def test_undeclared_is_not_the_same_as_false(tmp_path: Path) -> None:
    lab = write_lab(tmp_path, FILES | {"plain": body("data: {personal_data: null}\n")})
    (dataset,) = compile_one(lab, "plain")[0].datasets
    assert dataset == {
        "name": "rows",
        "groups": [],
        "licence": None,
        "personal_data": None,
        "human_subjects": None,
    }


def test_a_sweep_over_data_groups_has_a_declaration_for_each(tmp_path: Path) -> None:
    files = {
        "conf/data/more.yaml": "_target_: builtins.dict\npath: data/more.csv\nlicence: MIT\n",
        "both": spec("experiment: {hypothesis: H., sweep: {data: 'rows,more', seed: range(2)}}\n"),
    }
    datasets = compile_one(write_lab(tmp_path, FILES | files), "both")[0].datasets
    assert [(dataset["name"], dataset["licence"]) for dataset in datasets] == [("rows", None), ("more", "MIT")]


WRONG: dict[str, tuple[str, str]] = {
    "a text as groups": ("data: {groups: writer}", "data.groups: must be a list of columns, got 'writer'"),
    "a number as groups": ("data: {groups: 5}", "data.groups: must be a list of columns, got 5"),
    "a number as column": ("data: {groups: [writer, 3]}", "data.groups[1]: must be the name of a column, got 3"),
    "a path as column": ("data: {groups: [../x]}", "data.groups[0]: must be the name of a column, got '../x'"),
    "a column twice": ("data: {groups: [a, a]}", "data.groups[1]: 'a' is listed twice"),
    "an empty licence": ("data: {licence: ' '}", "data.licence: must be one line of text, got ' '"),
    "two lines": ('data: {licence: "a\\nb"}', "data.licence: must be one line of text"),
    "a boolean licence": ("data: {licence: true}", "data.licence: must be one line of text, got True"),
    "a word for true": ("data: {personal_data: some}", "data.personal_data: must be true, false or null, got 'some'"),
    "an option as remote": ("data: {remote: --all}", "data.remote: must be the name of a remote of DVC, got '--all'"),
    "a list of remotes": ("data: {remote: [a]}", "data.remote: must be the name of a remote of DVC, got ['a']"),
    "a number for true": ("data: {human_subjects: 1}", "data.human_subjects: must be true, false or null, got 1"),
}


@pytest.mark.parametrize(("lines", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_declaration_is_a_diagnostic(lines: str, message: str, tmp_path: Path) -> None:
    (diagnostic,) = mistakes_of(write_lab(tmp_path, FILES | {"wrong": body(f"{lines}\n")}), "wrong")
    assert message in diagnostic
    assert diagnostic.startswith("conf/experiment/wrong.yaml:")


def test_a_data_module_with_a_parameter_of_that_name_is_rejected(tmp_path: Path) -> None:
    """Otherwise two trainings with different values of the parameter would be one run."""
    files = FILES | {"rows.py": MODULE, "taken": body("data: {_target_: rows.Rows, groups: [writer]}\n")}
    (diagnostic,) = mistakes_of(write_lab(tmp_path, files), "taken")
    assert "data.groups: describes the data and is not passed to Rows, which has a parameter" in diagnostic


@pytest.mark.parametrize("module", [OPEN_MODULE, "class Rows:\n    def __init__(self, path: str): ...\n"])
def test_a_data_module_need_not_take_the_declarations(module: str, tmp_path: Path) -> None:
    files = FILES | {
        "rows.py": module,
        "study": body(f"data: {{_target_: rows.Rows}}\n{DECLARED}".replace("}\ndata: {", ", ")),
    }
    assert mistakes_of(write_lab(tmp_path, files), "study") == []


def test_a_sweep_over_a_declaration_is_rejected(tmp_path: Path) -> None:
    text = spec("experiment: {hypothesis: H., sweep: {data.licence: 'MIT,BSD'}}\n")
    (diagnostic,) = mistakes_of(write_lab(tmp_path, FILES | {"swept": text}), "swept")
    assert "data.licence" in diagnostic


def test_declarations_of_unread_data_are_not_reported_as_part_of_the_run_id(tmp_path: Path) -> None:
    files = FILES | {"study": spec("experiment: {hypothesis: H.}\ncmd: [sort, '${data.path}']\ndata: {licence: MIT}\n")}
    warnings: Any = compile_one(write_lab(tmp_path, files), "study")[0].warnings
    assert not [line for line in warnings if "licence" in line]


def test_other_keys_of_the_data_group_still_count(tmp_path: Path) -> None:
    tools = Toolchain(write_lab(tmp_path, FILES))
    config = {"data": {"path": "x", "licences": "MIT"}, "model": {"_target_": "nets.Net", "lr": 0.1}, "seed": 0}
    other = {**config, "data": {"path": "x", "licences": "BSD"}}
    assert tools.run(config).id != tools.run(other).id
