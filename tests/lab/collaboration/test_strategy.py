"""The strategy of a lab: its file, and the rank that it gives to proposals."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from lab.collaboration.rank import Rank, rank_of
from lab.collaboration.strategy_file import Direction, Strategy, read_strategy
from tests.labs import write_lab

STRATEGY = """\
priorities:
  - {text: Learning rates first, keys: [model.lr]}
  - {text: Anything of the model, keys: ["model.*"]}
questions:
  - {text: 'Does depth help?', keys: [model.layers], experiments: ["digits_*"]}
avoid:
  - {text: Seeds were tuned enough, keys: [seed], experiments: [digits_lr]}
"""


def _strategy(root: Path, text: str) -> Strategy:
    return read_strategy(write_lab(root, {"conf/strategy.yaml": text}))


def test_a_lab_without_the_file_has_no_strategy(tmp_path: Path) -> None:
    assert read_strategy(Lab(tmp_path)) == Strategy()


def test_the_rank_follows_the_order_of_the_file_and_gives_its_reason(tmp_path: Path) -> None:
    strategy = _strategy(tmp_path, STRATEGY)
    proposals = [
        ("z", {"optimizer.name"}, {"digits_lr"}, 2),
        ("deep", {"model.layers"}, {"digits_deep"}, 9),
        ("b", {"optimizer.name"}, {"digits_lr"}, 1),
        ("a", {"optimizer.name"}, {"digits_lr"}, 1),
        ("seeds", {"seed", "model.lr"}, {"digits_lr"}, 1),
        ("rate", {"model.lr", "model.layers"}, {"other"}, 50),
    ]
    ranks = sorted(rank_of(strategy, *proposal) for proposal in proposals)
    assert [rank.name for rank in ranks] == ["rate", "deep", "a", "b", "z", "seeds"]
    reasons = {rank.name: rank.reason for rank in ranks}
    assert reasons["rate"] == "priority 1: Learning rates first; 50 runs"
    assert reasons["deep"] == "priority 2: Anything of the model; question 1: Does depth help?; 9 runs"
    assert reasons["seeds"].startswith("not to be pursued: Seeds were tuned enough; priority 1")
    assert [rank.avoided for rank in ranks if rank.avoided] == ["Seeds were tuned enough"]


def test_the_words_of_a_proposal_do_not_change_its_rank() -> None:
    strategy = Strategy(priorities=(Direction("Learning rates first", keys=("model.lr",)),))
    rank = rank_of(strategy, "learning_rates_first", {"trainer.x"}, {"lr"}, 1)
    assert rank == Rank(False, 1, 0, 1, "learning_rates_first", "1 run")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "avoid: [{text: x}]\n", "strategy.yaml:1:9: avoid[0]: needs keys or experiments", id="no condition"
        ),
        pytest.param(
            "avoid:\n- {text: x, key: [a]}\n", "strategy.yaml:2:13: avoid[0].key: unknown key", id="unknown key"
        ),
        pytest.param("prioritys: []\n", "strategy.yaml:1:1: prioritys: unknown key", id="unknown list"),
        pytest.param("avoid: [{text: x, keys: []}]\n", "strategy.yaml:1:19: avoid[0].keys", id="no keys"),
        pytest.param("avoid: [{text: '', keys: [a]}]\n", "avoid[0].text: must not be empty", id="no text"),
        pytest.param("avoid: [\n", "strategy.yaml:2:1", id="no YAML"),
        pytest.param("- a\n", "strategy.yaml:1:1: must be a mapping", id="a list"),
        pytest.param("avoid: [{text: 2026-13-45, keys: [a]}]\n", "strategy.yaml:1:1: cannot be read", id="no date"),
    ],
)
def test_a_wrong_file_is_a_diagnostic(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(CompileError) as error:
        _strategy(tmp_path, text)
    assert problem in str(error.value), str(error.value)
