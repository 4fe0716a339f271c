"""Facts that are extracted from small experiments have the expected values, and each has a source."""

from __future__ import annotations

from statistics import mean, stdev
from typing import Any

import pytest

from agents.extraction.evidence import Ancestor
from agents.extraction.extract import extract
from agents.facts.fact import Fact, by_id, origins
from tests.agents.small_experiment import evidence, failed, run, sweep

GOOD = {0.001: [0.80, 0.81, 0.82, 0.83], 0.01: [0.90, 0.91, 0.92, 0.94]}


def facts_of(*arguments: Any, **keywords: Any) -> dict[str, Fact]:
    return by_id(extract(evidence(*arguments, **keywords)).facts)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("experiment.points", 8),
        ("experiment.runs", 8),
        ("experiment.runs.completed", 8),
        ("experiment.runs.failed", 0),
        ("experiment.arms", 2),
        ("experiment.seconds", 16.0),
        ("experiment.status", "completed"),
        ("registration.planned_runs", 8),
        ("registration.revisions", 0),
        ("registration.post_hoc", False),
        ("registration.registered_at", "2026-11-24 13:19 UTC"),
        ("run[model.lr=0.01,seed=3].accuracy", 0.94),
        ("run[model.lr=0.01,seed=3].train_loss", 1.5),
        ("run[model.lr=0.01,seed=3].seconds", 2.0),
        ("run[model.lr=0.01,seed=3].system.peak_rss_bytes", 4.5e8),
        ("run[model.lr=0.01,seed=3].seed", 3),
        ("run[model.lr=0.01,seed=3].id", "id-model.lr=0.01,seed=3"),
        ("run[model.lr=0.01,seed=3].epochs", 2),
        ("arm[model.lr=0.01].level", "0.01"),
        ("arm[model.lr=0.01].n", 4),
        ("arm[model.lr=0.01].failed", 0),
        ("arm[model.lr=0.01].accuracy.mean", mean(GOOD[0.01])),
        ("arm[model.lr=0.01].accuracy.sd", stdev(GOOD[0.01])),
        ("arm[model.lr=0.01].accuracy.min", 0.90),
        ("arm[model.lr=0.01].accuracy.max", 0.94),
        ("arm[model.lr=0.01].seconds.mean", 2.0),
        ("arm[model.lr=0.01].system.peak_rss_bytes.mean", 4.5e8),
        ("best.level", "0.01"),
        ("best.accuracy", mean(GOOD[0.01])),
        ("best.arms", 2),
        ("best.runs", 8),
        ("contrast[model.lr=0.01|0.001].accuracy.difference", mean(GOOD[0.01]) - mean(GOOD[0.001])),
        ("contrast[model.lr=0.01|0.001].accuracy.p", 2 / 70),
        ("contrast[model.lr=0.01|0.001].accuracy.p_adjusted", 2 / 70),
        ("contrast[model.lr=0.01|0.001].accuracy.confidence", 95.0),
        ("contrast[model.lr=0.01|0.001].accuracy.superiority", 1.0),
        ("contrast[model.lr=0.01|0.001].accuracy.n_control", 4),
        ("test.alpha", 0.05),
        ("test.floor", 2 / 70),
        ("test.family_size", 1),
        ("test.control", "0.001"),
        ("test.required_n", None),
        ("deliverables.required", 1),
        ("deliverables.met", 1),
        ("deliverable[plot].detail", "holds for 9 of 9 runs"),
        ("version[torch]", "2.13.0"),
        ("version.data[data/x.npz]", "abc"),
        ("version.git", "f00 with local changes"),
        ("host.python", "3.11.7"),
    ],
)
def test_fact_has_the_expected_value(name: str, value: Any) -> None:
    fact = facts_of(sweep(GOOD))[name]
    assert fact.value == (pytest.approx(value) if isinstance(value, float) else value)


def test_every_fact_has_a_source_and_existing_inputs() -> None:
    facts = facts_of(sweep(GOOD))
    for fact in facts.values():
        assert fact.source.file
        assert fact.source.sha256
        assert fact.function.startswith("agents.")
        assert set(fact.inputs) <= set(facts), fact.id
        assert not any(character.isspace() or character in "{}" for character in fact.id)
    chain = [
        origin.source.file for origin in origins(facts["contrast[model.lr=0.01|0.001].accuracy.difference"], facts)
    ]
    assert "id-model.lr=0.001,seed=2/output/eval_results.json" in chain


def test_name_of_the_machine_is_excluded() -> None:
    assert not any("my-machine" in str(fact.value) for fact in facts_of(sweep(GOOD)).values())


def test_detail_of_a_test_deliverable_is_only_its_conclusion() -> None:
    assert facts_of(sweep(GOOD))["deliverable[comparison].detail"].value == "supported"


def test_failed_runs_and_missing_values_have_facts() -> None:
    runs = [*sweep({0.001: [0.8, 0.81], 0.01: [0.9, None]}), run("odd", {"model.lr": 0.01, "seed": 9}, float("nan"))]
    facts = facts_of(runs)
    assert facts["run[model.lr=0.01,seed=1].failure"].value == "non_finite: loss is nan"
    assert facts["run[model.lr=0.01,seed=1].accuracy"].value is None
    assert facts["run[odd].accuracy"].value is None
    assert "not finite" in facts["run[odd].accuracy"].label
    assert (facts["arm[model.lr=0.01].n"].value, facts["arm[model.lr=0.01].failed"].value) == (1, 2)
    assert facts["arm[model.lr=0.01].accuracy.mean"].value == 0.9
    assert facts["arm[model.lr=0.01].accuracy.sd"].value is None
    assert facts["experiment.runs.failed"].value == 1
    assert facts["best.runs"].value == 5


def test_arms_without_values_have_facts_and_no_best_arm() -> None:
    facts = facts_of([failed("a", {"model.lr": 0.001, "seed": 0})])
    assert facts["arm[model.lr=0.001].accuracy.mean"].value is None
    assert "best.level" not in facts


def test_arm_with_equal_values_has_a_warning() -> None:
    facts = facts_of(sweep({0.001: [0.8, 0.8, 0.8], 0.01: [0.9, 0.91, 0.92]}))
    assert "seeds may not be in effect" in str(facts["arm[model.lr=0.001].oddity"].value)
    assert "arm[model.lr=0.01].oddity" not in facts
    assert "seeds may not be in effect" in str(facts["test.note[1]"].value)


def test_run_of_two_points_counts_once() -> None:
    levels = {"model.lr": 0.01, "seed": 0}
    facts = facts_of([run("a", levels, 0.9, "same"), run("b", levels, 0.9, "same")])
    assert (facts["experiment.points"].value, facts["experiment.runs"].value) == (2, 1)
    assert facts["arm[model.lr=0.01].n"].value == 1
    assert facts["experiment.seconds"].value == 2.0


def test_without_a_test_arms_are_all_swept_settings() -> None:
    runs = [
        run(f"{lr}-{width}-{seed}", {"model.lr": lr, "width": width, "seed": seed}, 0.8)
        for lr in (0.1, 1e-2)
        for width in ("a b", 8)
        for seed in (0, 1)
    ]
    facts = facts_of(runs, None)
    assert facts["arm[model.lr=0.01,width=8].n"].value == 2
    assert facts["arm[model.lr=0.01,width=a_b].level"].value == "model.lr=0.01,width=a_b"
    assert facts["cell[model.lr=0.1,width=8].accuracy.mean"].value == pytest.approx(0.8)
    assert facts["best.level"].value in {"model.lr=0.1,width=a_b"}
    assert not any(name.startswith(("test.", "contrast")) for name in facts)
    assert not any(name.startswith("cell[") for name in facts_of(sweep(GOOD)))


def test_minimized_metric_is_best_at_the_lowest_mean() -> None:
    compare = {"metric": "accuracy", "goal": "minimize", "factor": "model.lr", "control": 0.01}
    assert facts_of(sweep(GOOD), compare)["best.level"].value == "0.001"


def test_finished_runs_of_the_parent_have_facts() -> None:
    parent = Ancestor("base", None, 3, (run("base,seed=0", {"seed": 0}, 0.7), run("base,seed=1", {"seed": 1}, 0.8)))
    facts = facts_of(sweep(GOOD), parent=parent)
    assert facts["parent.id"].value == "base"
    assert (facts["parent.points"].value, facts["parent.points"].n) == (2, 3)
    assert facts["parent[base].run[base,seed=1].accuracy"].value == 0.8
    assert facts["parent[base].arm[all].accuracy.mean"].value == pytest.approx(0.75)
    assert facts["parent[base].arm[all].n"].value == 2
    assert facts["parent[base].arm[all].accuracy.mean"].inputs == (
        "parent[base].run[base,seed=0].accuracy",
        "parent[base].run[base,seed=1].accuracy",
    )


def test_exploratory_standing_makes_only_test_facts_post_hoc() -> None:
    facts = facts_of(sweep(GOOD), registration={"standing": "exploratory", "reason": "after 1 look"})
    post_hoc = {name.partition(".")[0].partition("[")[0] for name, fact in facts.items() if fact.is_post_hoc}
    assert post_hoc == {"test", "contrast"}
    assert facts["registration.post_hoc"].value is True


def test_series_count_epochs_from_one_and_exclude_the_test_split() -> None:
    series = {entry.metric: entry for entry in extract(evidence(sweep({0.01: [0.9]}))).series}
    assert set(series) == {"eval_loss", "train_loss", "train_loss_step"}
    assert (series["eval_loss"].epochs, series["eval_loss"].values) == ((1, 2), (0.9, 0.7))
    assert (series["train_loss"].epochs, series["train_loss"].values) == ((1, 2), (3.0, 1.5))
    assert series["train_loss_step"].epochs == (1, 1, 2)
    assert str(series["train_loss_step"].values[1]) == "nan"


def test_long_series_keeps_its_spikes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.extraction.series.MAX_VALUES", 2)
    (steps,) = [
        series for series in extract(evidence(sweep({0.01: [0.9]}))).series if series.metric == "train_loss_step"
    ]
    assert [str(value) for value in steps.values] == ["nan", "1.5"]
