"""Facts are derived by a fixed list of operations, and unusable facts are rejected."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agents.facts.derive import OPERATIONS, UnknownOperation, UnusableFacts, derive
from agents.facts.fact import Fact, Source, Value


def fact(name: str, value: Value, unit: str = "share", n: int = 5) -> Fact:
    return Fact(name, value, unit, n, name.partition(".")[0], "", Source("results.json", "0" * 64), "agents.x:y")


FACTS = {
    entry.id: entry
    for entry in (
        fact("a.mean", 0.9),
        fact("b.mean", 0.6),
        fact("c.mean", -0.3),
        fact("zero.mean", 0.0),
        fact("tiny.mean", 1e-308),
        fact("a.seconds", 12.0, "s"),
        fact("a.p", 0.01, "p"),
        fact("b.p", 0.02, "p"),
        fact("a.level", "0.01", "level"),
        fact("none.mean", None),
        fact("yes.mean", True),
        fact("big.mean", 1e308),
    )
}


@pytest.mark.parametrize(
    ("operation", "names", "value", "unit"),
    [
        ("difference", ["a.mean", "b.mean"], 0.3, "share"),
        ("ratio", ["a.mean", "b.mean"], 1.5, ""),
        ("percent_change", ["a.mean", "b.mean"], 50.0, "percent"),
        ("percent_change", ["c.mean", "a.mean"], -400 / 3, "percent"),
        ("percent_change", ["a.mean", "c.mean"], 400.0, "percent"),
        ("mean", ["a.mean", "b.mean", "c.mean"], 0.4, "share"),
        ("minimum", ["a.mean", "c.mean"], -0.3, "share"),
        ("maximum", ["a.mean", "c.mean"], 0.9, "share"),
        ("mean", ["a.seconds"], 12.0, "s"),
        ("count", ["a.mean", "a.seconds", "a.level"], 3, "count"),
    ],
)
def test_operation_gives_value_unit_and_function(operation: str, names: list[str], value: float, unit: str) -> None:
    fact = derive(operation, names, FACTS)
    assert (fact.value, fact.unit) == (pytest.approx(value), unit)
    assert fact.inputs == tuple(names)
    assert fact.id == f"derived.{operation}[{','.join(names)}]"
    assert fact.function == f"agents.facts.derive:{operation}"
    assert fact.is_post_hoc


@pytest.mark.parametrize(
    ("operation", "names", "message"),
    [
        ("difference", ["a.mean"], "takes 2 facts, got 1"),
        ("ratio", ["a.mean", "b.mean", "c.mean"], "takes 2 facts, got 3"),
        ("difference", ["a.mean", "a.mean"], "each id once"),
        ("mean", [], "one or more"),
        ("mean", ["a.mean", "missing.mean"], "no fact 'missing.mean'"),
        ("difference", ["a.mean", "a.seconds"], "one unit, got 's', 'share'"),
        ("mean", ["a.p", "b.p"], "p cannot be calculated"),
        ("difference", ["a.level", "a.mean"], "level cannot be calculated"),
        ("mean", ["none.mean"], "not a number"),
        ("mean", ["yes.mean"], "not a number"),
        ("ratio", ["a.mean", "zero.mean"], "second fact is zero"),
        ("percent_change", ["a.mean", "zero.mean"], "second fact is zero"),
        ("ratio", ["big.mean", "tiny.mean"], "not a finite number"),
    ],
)
def test_unusable_facts_are_rejected(operation: str, names: Sequence[str], message: str) -> None:
    with pytest.raises(UnusableFacts, match=message):
        derive(operation, names, FACTS)


@pytest.mark.parametrize("operation", ["eval", "sum", "__import__", ""])
def test_unknown_operations_are_rejected(operation: str) -> None:
    with pytest.raises(UnknownOperation, match=", ".join(OPERATIONS)):
        derive(operation, ["a.mean"], FACTS)


def test_value_derived_from_a_prediction_is_a_prediction() -> None:
    from dataclasses import replace

    facts = {**FACTS, "a.mean": replace(FACTS["a.mean"], is_prediction=True)}
    assert derive("mean", ["a.mean", "b.mean"], facts).is_prediction
    assert not derive("mean", ["b.mean"], facts).is_prediction
