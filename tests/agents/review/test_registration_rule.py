"""A text must not call an exploratory test registered in advance, confirmatory, or confirmed by its verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from review_exam import SOURCE, exam_book

from agents.context.case import Book
from agents.facts.fact import Fact
from agents.review.finished_text_review import check_text
from agents.review.template_review import review


def book_with(name: str, value: bool | int, *, is_post_hoc: bool) -> Book:
    book = exam_book()
    fact = Fact(f"registration.{name}", value, "", 1, "experiment", name, SOURCE, "tests:book_with")
    verdicts = {**book.verdicts, "hypothesis": replace(book.verdicts["hypothesis"], is_post_hoc=is_post_hoc)}
    return replace(book, facts={**book.facts, fact.id: fact}, verdicts=verdicts)


EXPLORATORY = book_with("post_hoc", True, is_post_hoc=True)
WITH_KNOWN_RUNS = book_with("known_runs", 1, is_post_hoc=False)
CONFIRMATORY = book_with("post_hoc", False, is_post_hoc=False)

FALSE_OF_EXPLORATORY = [
    "The test was registered before any run and was not changed.",
    "Hypothesis, metric, test and number of runs were registered before the first run and were not changed.",
    "This is a preregistered result.",
    "The pre-registration names this test.",
    "We fixed the test in advance.",
    "The hypothesis was written down prior to all trainings.",
    "Before the first training, the authors had specified the test.",
    "The runs confirm the claim.",
    "The confirmatory test gave this result.",
    "The verdict on the registered hypothesis stands.",
    "The claim was chosen before the results were known.",
    "The registration was written before any run.",
    "The claim was registered beforehand.",
    "It was registered before training started.",
]
TRUE_OF_EXPLORATORY = [
    "The test was not registered before any run.",
    "No registration was written before the runs.",
    "The test is exploratory and cannot confirm the claim.",
    "An exploratory result does not confirm the claim.",
    "The runs were trained before the registration.",
    "The registered test has no verdict.",
    "Add seeds: the registered test needs more runs per arm before it can decide.",
    "The planned runs finished before the data were lost.",
]


def objections(text: str, book: Book) -> Iterator[str]:
    for objection in (*review({"text": text}, book), *check_text(text, book)):
        if objection.rule == "registration":
            yield objection.span


@pytest.mark.parametrize("text", FALSE_OF_EXPLORATORY)
def test_exploratory_test_is_not_called_registered_or_confirmed(text: str) -> None:
    assert len(list(objections(text, EXPLORATORY))) >= 2  # in a template and in a finished text


@pytest.mark.parametrize("text", TRUE_OF_EXPLORATORY)
def test_true_statements_about_an_exploratory_test_are_accepted(text: str) -> None:
    assert list(objections(text, EXPLORATORY)) == []


@pytest.mark.parametrize("text", [*FALSE_OF_EXPLORATORY, *TRUE_OF_EXPLORATORY])
def test_confirmatory_test_may_be_called_registered(text: str) -> None:
    assert list(objections(text, CONFIRMATORY)) == []


def test_test_with_known_runs_was_not_registered_before_any_run() -> None:
    assert list(objections("The test was registered before any run.", WITH_KNOWN_RUNS))
    assert not list(objections("The test was registered before the runs that it rests on.", WITH_KNOWN_RUNS))


def test_exploratory_verdict_is_not_presented_as_confirmed() -> None:
    objections = review({"text": "The registered test confirms that {{v:baseline[digits_mlp]}}."}, CONFIRMATORY)
    assert "a post hoc verdict is presented as registered" in [objection.reason for objection in objections]
