"""A group gap is rejected if the data declare no such column, or the training records no test items."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.small_lab import FILES
from tests.labs import compile_one, mistakes_of, spec, write_lab

GAP = "{type: group_gap, metric: accuracy, column: hand, max_gap: 0.1}"
MODULES = (
    "class Rows:\n    def __init__(self, path: str): ...\n"
    "class Grouped(Rows):\n    def test_groups(self): ...\n"
    "class Inherited(Grouped): ...\n"
    "class Attribute(Rows):\n    test_groups = {}\n"
)
FUNCTION = "def train(lr: float) -> dict[str, float]:\n    return {'accuracy': 0.5}\n"


def mistakes(tmp_path: Path, gap: str = GAP, rest: str = "data: {groups: [hand]}\n", sweep: str = "") -> list[str]:
    files = {
        "study": spec(f"experiment: {{hypothesis: H., {sweep} deliverables: [{gap}]}}\n{rest}"),
        "plain.py": FUNCTION,
        "rows.py": MODULES,
        "conf/data/other.yaml": "_target_: builtins.dict\npath: data/other.csv\ngroups: [hands]\n",
    }
    return [line.partition(": ")[2] for line in mistakes_of(write_lab(tmp_path, FILES | files), "study")]


def test_a_declared_column_is_accepted(tmp_path: Path) -> None:
    assert mistakes(tmp_path) == []


@pytest.mark.parametrize("name", ["Grouped", "Inherited", "Attribute"])
def test_a_data_module_with_groups_is_accepted(name: str, tmp_path: Path) -> None:
    assert mistakes(tmp_path, rest=f"data: {{_target_: rows.{name}, groups: [hand]}}\n") == []


def test_declared_groups_that_are_not_recorded_give_a_warning(tmp_path: Path) -> None:
    files = FILES | {
        "rows.py": MODULES,
        "study": spec("experiment: {hypothesis: H.}\ndata: {_target_: rows.Rows, groups: [hand]}\n"),
    }
    (warning,) = compile_one(write_lab(tmp_path, files), "study")[0].warnings
    assert warning.endswith("data.groups: are not recorded, because rows.Rows has no test_groups")


REJECTED: dict[str, tuple[dict[str, str], str]] = {
    "nothing is declared": (
        {"rest": ""},
        "experiment.deliverables[0].column: the data group 'rows' declares no column 'hand' (write data: {groups: [hand]})",
    ),
    "a typo": (
        {"rest": "data: {groups: [hands]}\n"},
        "experiment.deliverables[0].column: the data group 'rows' declares no column 'hand' (did you mean 'hands'?)",
    ),
    "one of several data groups": (
        {"rest": "", "sweep": "sweep: {data: 'rows,other', seed: range(2)},"},
        "the data group 'rows' declares no column 'hand'",
    ),
    "a training function": (
        {
            "rest": "model: {_target_: plain.train}\ndata: {groups: [hand]}\n".replace(
                "model: {", "model: {width: null, "
            )
        },
        "there is nothing to compare, because a function records no groups of test items",
    ),
    "a command": (
        {"rest": "cmd: [sort]\ndata: {groups: [hand]}\n"},
        "there is nothing to compare, because a command records no groups of test items",
    ),
    "a data module without groups": (
        {"rest": "data: {_target_: rows.Rows, groups: [hand]}\n"},
        "there is nothing to compare, because rows.Rows has no test_groups",
    ),
    "no limit": ({"gap": "{type: group_gap, metric: accuracy, column: hand}"}, "max_gap: is missing"),
    "a negative limit": ({"gap": GAP.replace("0.1", "-0.1")}, "max_gap"),
    "not a number": ({"gap": GAP.replace("0.1", ".nan")}, "max_gap"),
    "another operator": ({"gap": GAP.replace("}", ", operator: '>='}")}, "operator"),
    "groups of one item": ({"gap": GAP.replace("}", ", min_items: 1}")}, "min_items"),
    "an unknown metric": ({"gap": GAP.replace("accuracy", "acuracy")}, "the training never writes 'acuracy'"),
}


@pytest.mark.parametrize(("changes", "message"), REJECTED.values(), ids=REJECTED)
def test_a_gap_that_cannot_be_known_is_rejected(changes: dict[str, str], message: str, tmp_path: Path) -> None:
    lines = mistakes(tmp_path, **changes)
    assert any(message in line for line in lines), lines
