"""A reference: a recorded result or an arm of the parent, with which the arms are compared."""

from __future__ import annotations

from dataclasses import dataclass

from agents.facts.fact import Fact, Source
from agents.statistics import Goal


@dataclass(frozen=True)
class Reference:
    """A result with which the arms are compared.

    `values` are the values of its runs, if they are known. For a single number, `sd` is None and `n` is 1. `key` is the
    id prefix of all facts about comparisons with it. `name` is used in finished sentences and `placeholder` in
    templates. `files` are the files of its runs in this lab, which the experiment may share.
    """

    key: str
    name: str
    placeholder: str
    metric: str
    goal: Goal
    mean: float
    sd: float | None
    n: int
    values: tuple[float, ...]
    margin: float | None
    source: Source
    subject: str
    inputs: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    files: frozenset[str] = frozenset()
    is_parent: bool = False
