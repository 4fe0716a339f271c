"""The ablation analyst estimates importance, predicts further runs and proposes follow-ups."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from agents.analysis.tasks import Task
from agents.analysts.ablation.importance_findings import importance_findings
from agents.analysts.ablation.interpolation import interpolate
from agents.analysts.ablation.predictions import predictions
from agents.analysts.ablation.sweep_results import sweep_results
from agents.analysts.ablation_study import analyse
from agents.documents.placeholders import placeholders
from agents.facts.fact import fact_from_json
from agents.statistics import UnusableSample
from tests.agents.studies import Rows, grid, study

LR = {"factor": "model.lr", "control": 0.001}
TASK = Task("ablation_study")
ARMS = {0.001: [0.50, 0.52, 0.54, 0.53], 0.01: [0.70, 0.72, 0.74, 0.73], 0.1: [0.60, 0.62, 0.64, 0.61]}


def crossed(*, seeds: int = 3, gap: bool = False, sd: float = 0.01) -> Rows:
    """Return runs of a grid of two additive factors, with noise of standard deviation `sd`. `gap` removes a setting."""
    rng = np.random.default_rng(1)
    rows = [
        ({"model.lr": lr, "model.width": width, "seed": seed}, 0.5 + lr + width / 100 + float(rng.normal(0, sd)))
        for lr in (0.1, 0.2)
        for width in (8, 16)
        for seed in range(seeds)
    ]
    return [row for row in rows if not (gap and row[0]["model.lr"] == 0.2 and row[0]["model.width"] == 16)]


def test_importance_of_one_factor_equals_the_one_way_anova_of_scipy() -> None:
    facts = {fact.id: fact for fact in importance_findings(sweep_results(study(grid("model.lr", ARMS), LR))).facts}
    expected = stats.f_oneway(*ARMS.values())
    key = "ablation.importance[model.lr]"
    assert facts[f"{key}.f"].value == pytest.approx(expected.statistic)
    assert facts[f"{key}.p"].value == pytest.approx(expected.pvalue)
    assert facts[f"{key}.partial_eta_squared"].value == pytest.approx(
        expected.statistic * 2 / (expected.statistic * 2 + 9)
    )
    assert all(fact.is_post_hoc for fact in facts.values())


@pytest.mark.parametrize(
    ("step", "is_unequal"), [(0.01, False), (0.1, True)], ids=["equal variances", "unequal variances"]
)
def test_analysis_of_variance_reports_unequal_variances(step: float, is_unequal: bool) -> None:
    arms = {0.1: [0.80, 0.81, 0.82], 0.2: [0.90, 0.90 + step, 0.90 + 2 * step]}
    (finding,) = importance_findings(sweep_results(study(grid("model.lr", arms), LR))).findings
    assert ("which is not the case here" in finding.text) is is_unequal


def test_table_of_two_factors_contains_their_interaction() -> None:
    part = importance_findings(sweep_results(study(crossed(), {**LR, "control": 0.1})))
    terms = [fact.value for fact in part.facts if fact.id.endswith(".term")]
    assert terms == ["model.lr", "model.width", "model.lr with model.width"]
    assert len(part.tables[0].rows) == 3


NOT_ESTIMATED = {
    "only the seed is swept": (study([({"seed": seed}, 0.5 + seed) for seed in range(4)]), "Only the seed"),
    "a gap in the grid": (study(crossed(gap=True), {**LR, "control": 0.1}), "why_no_grid"),
    "too few repeated runs": (study(grid("model.lr", {0.1: [0.5, 0.6], 0.2: [0.7, 0.8]}), LR), "df_residual"),
    "one run per level": (study(grid("model.lr", {0.1: [0.5], 0.2: [0.7]}), LR), "why_no_grid"),
    "nothing varies": (study(grid("model.lr", {0.1: [0.5] * 3, 0.2: [0.7] * 3}), LR), "why_no_grid"),
    "every run failed": (study(grid("model.lr", {0.1: [None], 0.2: [None]}), LR), "No run gave a value"),
}


@pytest.mark.parametrize(("case", "why"), NOT_ESTIMATED.values(), ids=NOT_ESTIMATED)
def test_importance_that_is_not_estimated_has_a_reason(case: object, why: str) -> None:
    part = importance_findings(sweep_results(case))  # type: ignore[arg-type]
    assert part.findings == ()
    assert why in part.not_estimated[0].why


def test_importance_without_a_grid_is_estimated_from_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    # few, because each resample trains a random forest
    monkeypatch.setattr("agents.statistics.importance.RESAMPLES", 4)
    rng = np.random.default_rng(0)
    rows: Rows = [
        ({"model.lr": float(lr), "model.dropout": float(dropout)}, float(lr) + 0.001 * float(dropout))
        for lr, dropout in rng.uniform(0, 1, (40, 2)).round(4)
    ]
    part = importance_findings(sweep_results(study(rows)))
    values = {fact.id: fact.value for fact in part.facts}
    assert values["ablation.importance[model.lr].share"] > 0.9  # type: ignore[operator]
    assert values["ablation.importance.trials"] == 40


def test_new_run_is_predicted_by_a_t_interval_from_the_runs_of_its_arm() -> None:
    part = predictions(sweep_results(study(grid("model.lr", ARMS), LR)))
    facts = {fact.id: fact for fact in part.facts}
    values = ARMS[0.01]
    half_width = stats.t.ppf(0.975, 3) * np.std(values, ddof=1) * np.sqrt(1 + 1 / 4)
    assert facts["ablation.what_if[model.lr=0.01].low"].value == pytest.approx(np.mean(values) - half_width)
    assert facts["ablation.what_if[model.lr=0.01].high"].value == pytest.approx(np.mean(values) + half_width)
    assert all(fact.is_prediction for fact in facts.values())
    assert all(finding.kind == "prediction" for finding in part.findings)


def test_prediction_between_levels_is_linear_on_their_scale() -> None:
    facts = {fact.id: fact.value for fact in predictions(sweep_results(study(grid("model.lr", ARMS), LR))).facts}
    means = {level: np.mean(values) for level, values in ARMS.items()}
    position = (np.log(0.03) - np.log(0.01)) / np.log(10)
    expected = means[0.01] + position * (means[0.1] - means[0.01])
    assert facts["ablation.what_if[model.lr=0.03].mean"] == pytest.approx(expected)


def test_no_prediction_is_made_outside_the_swept_levels() -> None:
    settings = {
        fact.id
        for fact in predictions(sweep_results(study(grid("model.lr", ARMS), LR))).facts
        if fact.id.endswith(".setting")
    }
    levels = {float(name.partition("=")[2].partition("]")[0]) for name in settings}
    assert min(levels) == 0.001
    assert max(levels) == 0.1
    with pytest.raises(UnusableSample):
        interpolate([0.5, 0.6, 0.7], [0.6, 0.7, 0.8], 1.1)


@pytest.mark.parametrize(
    ("low", "high"), [([0.5, 0.6], [0.6, 0.7, 0.8]), ([0.5] * 3, [0.5] * 3)], ids=["few runs", "no variation"]
)
def test_too_few_runs_or_runs_without_variation_allow_no_interpolation(low: list[float], high: list[float]) -> None:
    with pytest.raises(UnusableSample):
        interpolate(low, high, 0.5)


def test_interpolated_interval_has_its_nominal_coverage() -> None:
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(1000):
        prediction = interpolate(list(rng.normal(0.5, 0.1, 4)), list(rng.normal(0.9, 0.1, 4)), 0.25)
        inside += prediction.low <= rng.normal(0.6, 0.1) <= prediction.high
    assert inside / 1000 == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / 1000) ** 0.5)


def test_predicted_share_stays_between_zero_and_one() -> None:
    arms = {0.001: [0.9, 0.99, 1.0], 0.01: [0.0, 0.01, 0.1]}
    facts = predictions(sweep_results(study(grid("model.lr", arms), LR))).facts
    assert all(0 <= fact.value <= 1 for fact in facts if fact.id.endswith((".low", ".high")))  # type: ignore[operator]


def test_analysis_lists_follow_ups_with_their_costs(tmp_path: Path) -> None:
    changes = [
        {"parameter": "trainer.max_epochs", "from": 2, "to": 5},
        {"parameter": "model._target_", "from": "a.B", "to": "a.C"},
    ]
    case = study(grid("model.lr", ARMS), LR, modifications=changes)
    analysis = analyse(case, TASK, tmp_path / "analysis" / "figures")
    assert [(proposal.experiment_id, proposal.runs) for proposal in analysis.proposals] == [
        ("study_seeds", 15),
        ("study_revert_trainer_max_epochs", 8),
        ("study_refine_model_lr", 15),
    ]
    assert analysis.proposals[0].file == "proposals/study_seeds.yaml"
    assert any("ablation.proposals.kept" in question.what for question in analysis.not_estimated)


def test_main_effects_are_drawn_for_two_factors_and_not_for_one(tmp_path: Path) -> None:
    one_factor, two_factors = study(grid("model.lr", ARMS), LR), study(crossed(), {**LR, "control": 0.1})
    figures = tmp_path / "analysis" / "figures"
    assert analyse(one_factor, TASK, figures).figures == ()
    assert (tmp_path / analyse(two_factors, TASK, figures).figures[0].path).is_file()


def test_texts_refer_only_to_existing_facts(tmp_path: Path) -> None:
    case = study(crossed(), {**LR, "control": 0.1})
    analysis = analyse(case, TASK, tmp_path)
    index = case.book.with_findings(map(fact_from_json, analysis.facts), ())
    texts = [
        analysis.summary,
        *(finding.text for finding in analysis.findings),
        *(recommendation.text for recommendation in analysis.recommendations),
    ]
    texts += [proposal.purpose for proposal in analysis.proposals] + [
        question.why for question in analysis.not_estimated
    ]
    texts += [cell for table in analysis.tables for row in table.rows for cell in (*row, table.caption)]
    names = {placeholder.name for text in texts for placeholder in placeholders(text) if placeholder.kind == "f"}
    used = {name for finding in (*analysis.findings, *analysis.recommendations) for name in finding.facts}
    assert len(names) > 20
    assert names | used | {name for fact in index.facts.values() for name in fact.inputs} <= index.facts.keys()


def test_same_case_gives_the_same_bytes(tmp_path: Path) -> None:
    case = study(crossed(), {**LR, "control": 0.1})
    first, second = (analyse(case, TASK, tmp_path / name / "analysis" / "figures") for name in ("a", "b"))
    assert first.model_dump_json() == second.model_dump_json()
    for name in ("main_effects.png", "main_effects.svg"):
        files = [tmp_path / folder / "analysis" / "figures" / name for folder in ("a", "b")]
        assert files[0].read_bytes() == files[1].read_bytes()
