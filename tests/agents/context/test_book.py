"""The book of a case has the registered test with its claims as the plan has it."""

from __future__ import annotations

from typing import Any

from agents.context.case import Book
from compiler.plan.design import PlannedTest

COMPARE = {"metric": "accuracy", "goal": "maximize", "factor": "model.clip", "treatment": 1.0}


def registered(spec: dict[str, Any]) -> PlannedTest:
    test = Book(spec=spec).test
    assert test is not None
    return test


def points(*overrides: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": str(number), "overrides": settings, "run": str(number)} for number, settings in enumerate(overrides)
    ]


def test_control_of_null_is_a_level_although_the_spec_does_not_store_it() -> None:
    test = registered({"compare": COMPARE, "points": points({"model.clip": None}, {"model.clip": 1.0})})
    assert test.claims[0].text == "mean accuracy at model.clip=1 exceeds that at model.clip=null"


def test_searched_keys_are_no_blocks() -> None:
    trials = [
        {"model.clip": clip, "model.lr": lr, "data": data} for clip in (0.5, 1.0) for lr in (1, 2) for data in "ab"
    ]
    compare = COMPARE | {"control": 0.5}
    search = {"space": {"model.lr": "interval(0,1)"}}
    assert registered({"compare": compare, "points": points(*trials), "search": search}).block == ("data",)
    assert registered({"compare": compare, "points": points(*trials)}).block == ("model.lr", "data")
