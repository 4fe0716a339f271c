"""A group gap is rejected if the data declare no such column, or the training records no test items."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.small_lab import FILES
from tests.labs import mistakes_of, spec, write_lab

GAP = "{type: group_gap, metric: accuracy, column: hand, max_gap: 0.1}"
FUNCTION = "def train(lr: float) -> dict[str, float]:\n    return {'accuracy': 0.5}\n"


def mistakes(tmp_path: Path, gap: str = GAP, rest: str = "data: {groups: [hand]}\n", sweep: str = "") -> list[str]:
    files = {
        "study": spec(f"experiment: {{hypothesis: H., {sweep} deliverables: [{gap}]}}\n{rest}"),
        "plain.py": FUNCTION,
        "conf/data/other.yaml": "_target_: builtins.dict\npath: data/other.csv\ngroups: [hands]\n",
    }
    return [line.partition(": ")[2] for line in mistakes_of(write_lab(tmp_path, FILES | files), "study")]


def test_a_declared_column_is_accepted(tmp_path: Path) -> None:
    assert mistakes(tmp_path) == []


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
        "a function records no groups of test items",
    ),
    "a command": (
        {"rest": "cmd: [sort]\n"},
        "a command records no groups of test items, so there is nothing to compare (train with Lightning)",
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
