"""Facts about aggregates over blocks, and about standard errors over seeds and test items."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from agents.extraction.evidence import Document
from agents.extraction.extract import extract
from agents.facts.fact import Fact, by_id
from agents.registered_test.contrast import ItemErrors
from tests.agents.small_experiment import COMPARE, evidence, run
from tests.agents.studies import Rows, study

AGGREGATE = "aggregate.contrast[model.lr=0.01|0.001].accuracy"
ITEMS = "items.contrast[model.lr=0.01|0.001].accuracy"


def rows(seeds: int) -> Rows:
    rng = np.random.default_rng(0)
    return [
        ({"model.lr": lr, "data": data, "seed": seed}, float(mean + 5 * lr + rng.normal(0, 0.01)))
        for lr in (0.001, 0.01)
        for data, mean in (("digits", 0.9), ("letters", 0.7))
        for seed in range(seeds)
    ]


def facts_of(seeds: int, **compare: object) -> dict[str, Fact]:
    case = study(rows(seeds), {"factor": "model.lr", "control": 0.001, "block": ["data"], **compare})
    return dict(case.book.facts)


def test_interquartile_means_have_facts_that_agree_with_the_runs() -> None:
    facts = facts_of(10)
    values = [
        [value for levels, value in rows(10) if levels["model.lr"] == lr and value is not None] for lr in (0.01, 0.001)
    ]
    treatment, control = (stats.trim_mean(arm, 0.25) for arm in values)
    assert facts[f"{AGGREGATE}.iqm_treatment"].value == pytest.approx(treatment)
    assert facts[f"{AGGREGATE}.iqm_control"].value == pytest.approx(control)
    assert facts[f"{AGGREGATE}.iqm_difference"].value == pytest.approx(treatment - control)
    assert (facts[f"{AGGREGATE}.blocks"].value, facts[f"{AGGREGATE}.runs"].value) == (2, 10)
    assert facts[f"{AGGREGATE}.confidence"].value == 95.0
    assert facts[f"{AGGREGATE}.superiority_high"].unit == "share"


def test_limits_are_null_and_say_why_with_too_few_runs() -> None:
    facts = facts_of(3)
    limits = [facts[f"{AGGREGATE}.{name}"] for name in ("iqm_low", "iqm_high", "superiority_low", "confidence")]
    assert {fact.value for fact in limits} == {None}
    assert all("not estimated: too few runs in a block" in fact.label for fact in limits)


def test_one_block_has_no_aggregates() -> None:
    assert not [name for name in facts_of(3, block=[]) if name.startswith("items.")]
    single = study([row for row in rows(3) if row[0]["data"] == "digits"], {"factor": "model.lr", "control": 0.001})
    assert not [name for name in single.book.facts if name.startswith("aggregate.")]


def test_standard_errors_over_items_have_facts() -> None:
    outputs = evidence([run(f"model.lr={lr},seed={n}", {"model.lr": lr, "seed": n}, a) for lr, n, a in RUNS], COMPARE)
    comparison = outputs.comparison
    assert comparison is not None
    contrasts = tuple(replace(c, item_errors=ItemErrors(360, 0.008, 0.013)) for c in comparison.contrasts)
    content = replace(outputs.results.content, comparison=replace(comparison, contrasts=contrasts))
    facts = by_id(extract(replace(outputs, results=Document(content, outputs.results.source))).facts)
    values = [facts[f"{ITEMS}.{name}"].value for name in ("items", "seed_error", "item_error")]
    assert values == [360, 0.008, 0.013]


RUNS = [(lr, n, 0.8 + lr * 10 + n / 100) for lr in (0.001, 0.01) for n in range(4)]
