"""A key that is set or swept and that no training reads gives a warning with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.small_lab import FILES
from tests.labs import compile_one, mistakes_of, spec, write_lab

TWICE = {"conf/own/a.yaml": "rate: 1\nused: 2\n", "conf/own/b.yaml": "rate: 3\nused: 4\n"}


def warnings_of(tmp_path: Path, text: str) -> list[str]:
    """Return the warnings of a spec, without the folder of its file."""
    lab = write_lab(tmp_path, FILES | TWICE | {"probe": spec(text)})
    return [line.removeprefix("conf/experiment/probe.yaml:") for line in compile_one(lab, "probe")[0].warnings]


def beside(lines: str) -> str:
    return f"experiment: {{hypothesis: H.}}\n{lines}\n"


@pytest.mark.parametrize(
    "text",
    [
        beside("model: {lr: 0.3}"),
        beside("rate: 0.3\nmodel: {lr: '${rate}'}"),
        beside("rate: {small: 0.3}\nmodel: {lr: '${rate.small}'}"),
        beside("rates: [0.3]\nmodel: {lr: '${rates[0]}'}"),
        beside("rates: {a: 1, b: 2}\nsize: a\nmodel: {lr: '${rates[${size}]}'}"),
        beside("a: {b: '${.c}', c: '${..d}'}\nd: 1\nmodel: {lr: '${a.b}'}"),
        beside("a: 0.1\nmodel: {lr: '${oc.select:a,1}'}"),
        beside("sets: {x: 1}\ndata: {path: '${oc.dict.keys:sets}'}"),
        beside("notes: mine\nidentity: {ignore: [notes]}"),
        beside("task_name: a\ntags: [b]\npaths: {data_dir: c}\nextras: {print_config: true}\nlogger: null"),
        "experiment: {hypothesis: '${note}'}\nnote: All is well.\n",
        "experiment: {hypothesis: H., sweep: {rate: '1,2', seed: range(2)}}\nrate: 1\nmodel: {lr: '${rate}'}\n",
        "defaults: [/own: a, _self_]\nexperiment: {hypothesis: H., sweep: {own: 'a,b'}}\nmodel: {lr: '${own.rate}', width: '${own.used}'}\n",
    ],
)
def test_keys_that_are_read_give_no_warning(text: str, tmp_path: Path) -> None:
    assert warnings_of(tmp_path, text) == []


SET = "nothing reads this key, and it is part of the run id"
SWEPT = "nothing reads this key, so its values give the same training"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (beside("optim: {name: sgd, lr: 1}"), [f"3:1: optim: {SET}"]),
        (beside("optim: {name: sgd, lr: 1}\nmodel: {lr: '${optim.lr}'}"), [f"3:9: optim.name: {SET}"]),
        (beside("first: '${second}'\nsecond: 1"), [f"3:1: first: {SET}", f"4:1: second: {SET}"]),
        (beside("a.b: 1\nnotes: x\nidentity: {ignore: [notes]}"), [f"3:1: a.b: {SET}"]),
        (
            "experiment: {hypothesis: H., sweep: {notes.by: 'a,b'}}\nnotes: {by: x, kind: y}\n",
            [f"2:38: experiment.sweep.notes.by: {SWEPT}", f"3:16: notes.kind: {SET}"],
        ),
        ("experiment: {hypothesis: H., sweep: {+new: '1,2'}}\n", [f"2:38: experiment.sweep.+new: {SWEPT}"]),
        (
            "defaults: [/own: a, _self_]\nexperiment: {hypothesis: H., sweep: {own: 'a,b', own.rate: '7,8'}}\nmodel: {lr: '${own.used}'}\n",
            [f"3:50: experiment.sweep.own.rate: {SWEPT}"],
        ),
        (beside("extras: {print_confg: true}"), ["3:10: extras.print_confg: nothing reads this key"]),
        (
            beside("logger: {wandb: {tags: [a]}, aim: {repo: b}, csv: null}"),
            ["3:10: logger.wandb: wandb, aim: without a _target_, so no logger is built from it"],
        ),
    ],
)
def test_keys_that_nothing_reads_give_a_warning_at_their_position(
    text: str, expected: list[str], tmp_path: Path
) -> None:
    assert [line.partition(" (")[0] for line in warnings_of(tmp_path, text)] == expected


FUNCTION = "def train(lr, {parameter}): return {{'acc': lr + {use}}}\n"


@pytest.mark.parametrize(
    ("parameter", "use", "warned"),
    [
        ("config", "config['rate']", []),
        ("config", "config.rate", []),
        ("config", "1", ["rate"]),
        ("seed", "1", ["rate"]),
    ],
)
def test_function_reads_the_keys_that_its_code_names(
    parameter: str, use: str, warned: list[str], tmp_path: Path
) -> None:
    files = {
        "own.py": FUNCTION.format(parameter=parameter, use=use),
        "conf/model/own.yaml": "_target_: own.train\nlr: 0.1\n",
        "probe": spec("defaults: [override /model: own]\nexperiment: {hypothesis: H.}\nrate: 1\n"),
    }
    lab = write_lab(tmp_path, FILES | files)
    warnings = compile_one(lab, "probe")[0].warnings
    assert [line.split(": ")[1] for line in warnings if "probe.yaml" in line] == warned


def test_no_key_is_ignored_if_a_function_can_read_all(tmp_path: Path) -> None:
    text = "defaults: [override /model: own]\nexperiment: {hypothesis: H.}\nnotes: 1\nidentity: {ignore: [notes]}\n"
    files = {
        "own.py": FUNCTION.format(parameter="config", use="1"),
        "conf/model/own.yaml": "_target_: own.train\nlr: 1\n",
    }
    (mistake,) = mistakes_of(write_lab(tmp_path, FILES | files | {"probe": spec(text)}), "probe")
    assert "5:12: identity.ignore: no key can be ignored" in mistake


def test_command_reads_what_its_words_refer_to(tmp_path: Path) -> None:
    text = "experiment: {hypothesis: H.}\ncmd: python train.py --lr ${rate}\nrate: 1\nwidth: 2\n"
    warnings = warnings_of(tmp_path, text)
    assert f"5:1: width: {SET}" in [line.partition(" (")[0] for line in warnings]
    assert not [line for line in warnings if "rate" in line]


def test_warning_states_what_to_do(tmp_path: Path) -> None:
    (line,) = warnings_of(tmp_path, beside("optim: {lr: 1}"))
    hint = "refer to it where it is used, as in model.lr: ${optim}, or write identity: {ignore: [optim]}"
    assert line.endswith(f" ({hint})")
