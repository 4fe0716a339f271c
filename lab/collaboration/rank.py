"""Rank proposals by the strategy of a lab. The rank depends on what a proposal changes, never on its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compiler.base.printable import printable_line
from lab.collaboration.strategy_file import Direction, Strategy


@dataclass(frozen=True, order=True)
class Rank:
    """The place of a proposal: lower comes first. Equal places are ordered by the number of runs and the name."""

    is_avoided: bool
    priority: int
    question: int
    runs: int
    name: str
    reason: str = ""
    avoided: str = ""  # the direction that it must not take, "" if none


def rank_of(strategy: Strategy, name: str, keys: set[str], experiments: set[str], runs: int) -> Rank:
    """Return the rank of a proposal.

    Args:
        keys: the config keys that it touches.
        experiments: its ancestors.
        runs: the number of trainings that it needs.
    """
    priority = _first(strategy.priorities, keys, experiments)
    question = _first(strategy.questions, keys, experiments)
    avoided = _first(strategy.avoid, keys, experiments)
    reasons = [
        *_reason("not to be pursued", strategy.avoid, avoided),
        *_reason(f"priority {priority + 1}", strategy.priorities, priority),
        *_reason(f"question {question + 1}", strategy.questions, question),
        "1 run" if runs == 1 else f"{runs} runs",
    ]
    is_avoided = avoided < len(strategy.avoid)
    text = strategy.avoid[avoided].text if is_avoided else ""
    return Rank(is_avoided, priority, question, runs, name, "; ".join(reasons), text)


def _first(directions: Sequence[Direction], keys: set[str], experiments: set[str]) -> int:
    """Return the index of the first direction that matches, the number of directions if none does."""
    matching = (index for index, direction in enumerate(directions) if direction.matches(keys, experiments))
    return next(matching, len(directions))


def _reason(label: str, directions: Sequence[Direction], index: int) -> list[str]:
    return [f"{label}: {printable_line(directions[index].text)}"] if index < len(directions) else []
