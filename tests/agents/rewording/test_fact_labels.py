"""A reworded text must name the quantity of each fact beside its placeholder, in words of the fact's label."""

from __future__ import annotations

import pytest

from agents.context.case import Book
from agents.facts.derive import derive
from agents.facts.fact import Fact, by_id
from agents.review.text.objection import Objection, located
from agents.review.text.passage import Passage
from agents.rewording.fidelity.fact_label_rule import check_fact_labels
from agents.rewording.fidelity.rewording_context import RewordingContext
from tests.agents.rewording.sample_case import FACTS, FAST, SLOW, fact

SD, LOSS, FAILED = f"{FAST}.accuracy.sd", f"{FAST}.loss.mean", f"{FAST}.failed"
MORE_FACTS = (
    fact(SD, 0.01, FAST, "share", "standard deviation of accuracy with model.lr=0.01, over 5 of 5 run(s)"),
    fact(LOSS, 0.3, FAST, "", "mean of loss with model.lr=0.01, over 5 of 5 run(s)"),
    fact(f"{FAST}.n", 5, FAST, "runs", "runs with model.lr=0.01"),
    fact(FAILED, 1, FAST, "runs", "runs with model.lr=0.01 that did not"),
    fact("experiment.metric", "accuracy", unit="text", label="metric that arms are ranked by"),
)
FACTS_BY_ID = by_id([*FACTS, *MORE_FACTS])
DERIVED: Fact = derive("difference", [f"{FAST}.accuracy.mean", f"{SLOW}.accuracy.mean"], FACTS_BY_ID)
COMPARE = {"metric": "accuracy", "goal": "maximize", "factor": "model.lr", "control": 0.001}
BOOK = Book(by_id([*FACTS_BY_ID.values(), DERIVED]), {}, {"compare": COMPARE})


def unnamed_facts(original: str, text: str) -> list[Objection]:
    context = RewordingContext(BOOK, original=Passage("slot", original))
    return [located("slot", text, mark) for mark in check_fact_labels(Passage("slot", text), context)]


def f(name: str) -> str:
    """Return the placeholder of a fact. Its slice [4:-2] is the fact id."""
    return f"{{{{f:{name}}}}}"


LEVEL, MEAN = f(f"{FAST}.level"), f(f"{FAST}.accuracy.mean")
ORIGINAL = f"With {LEVEL} the mean {f('experiment.metric')} over {f(f'{FAST}.n')} runs was {MEAN} (deviation {f(SD)})."

NAMED = [
    pytest.param(ORIGINAL, id="unchanged"),
    pytest.param(f"Over {f(f'{FAST}.n')} runs with {LEVEL}, the deviation was {f(SD)}.", id="in another order"),
    pytest.param(f"The arm {LEVEL} had a mean accuracy of {MEAN}.", id="the metric in words"),
    pytest.param(f"Its mean {f('experiment.metric')} was {MEAN}.", id="the metric by its fact"),
    pytest.param(f"Its mean {{{{spec:compare.metric}}}} was {MEAN}.", id="the metric by the spec"),
    pytest.param(f"The mean of the loss was {f(LOSS)}.", id="another fact, by its label"),
    pytest.param(f"The mean accuracies have a difference in accuracy of {f(DERIVED.id)}.", id="a derived fact"),
    pytest.param("No fact is given.", id="no fact"),
]
UNNAMED = [
    pytest.param(f"With {LEVEL} the mean accuracy was {f(SD)}.", [SD], id="a deviation as a mean"),
    pytest.param(f"With {MEAN} the mean accuracy was {LEVEL}.", [MEAN, LEVEL[4:-2]], id="two swapped facts"),
    pytest.param(f"With {LEVEL} the mean accuracy was {f(LOSS)}.", [LOSS], id="a loss as an accuracy"),
    pytest.param(f"It took {f(FAILED)} runs.", [FAILED], id="failed runs as runs"),
    pytest.param(
        f"Runs were {f(f'{FAST}.n')}; the accuracy was {f(f'{FAST}.n')}.",
        [f"{FAST}.n"] * 2,
        id="a number of runs as an accuracy",
    ),
    pytest.param(f"A loss was seen. It was {f(LOSS)}.", [LOSS], id="named in the sentence before"),
    pytest.param(f"The mean accuracy is {f(DERIVED.id)}.", [DERIVED.id], id="a difference as a mean"),
]


LOW, HIGH = f(f"{SLOW}.accuracy.mean"), f(f"{FAST}.accuracy.mean")
PAIR = f"Runs gave a mean accuracy of {LOW} and {HIGH}."


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(f"{PAIR} That is all.", [], id="unchanged"),
        pytest.param(f"Runs gave a mean accuracy of {f(SD)} and {HIGH}.", [SD, HIGH[4:-2]], id="beside another fact"),
        pytest.param(f"A mean accuracy of {LOW} and a loss of {HIGH}.", [HIGH[4:-2]], id="with other words"),
    ],
)
def test_facts_that_share_the_name_of_a_quantity_must_stay_together(text: str, names: list[str]) -> None:
    """`PAIR` names the quantity once, before the first of two facts."""
    assert [objection.span[4:-2] for objection in unnamed_facts(PAIR, text)] == names


@pytest.mark.parametrize("text", NAMED)
def test_named_facts_are_accepted(text: str) -> None:
    assert list(unnamed_facts(ORIGINAL, text)) == []


@pytest.mark.parametrize(("text", "names"), UNNAMED)
def test_facts_beside_the_name_of_another_quantity_are_rejected(text: str, names: list[str]) -> None:
    spans = [objection.span[4:-2] for objection in unnamed_facts(ORIGINAL, text)]
    assert spans == [name.removeprefix("{{f:").removesuffix("}}") for name in names]


def test_objection_gives_the_label_to_use() -> None:
    (objection,) = unnamed_facts(ORIGINAL, f"It was {f(LOSS)}.")
    assert (objection.rule, objection.column) == ("unnamed_fact", 8)
    assert "mean of loss" in objection.reason
