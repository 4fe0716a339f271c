"""Predict the metric of another run of each setting, with a new seed."""

from __future__ import annotations

from collections.abc import Sequence

from agents.analysis.analysis_schema import NotEstimated
from agents.analysts.ablation.prediction import (
    LEVEL,
    MIN_RUNS,
    PREFIX,
    Prediction,
    prediction_facts,
    prediction_finding,
)
from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.part import Part
from agents.context.trials import Trial, usable
from agents.documents.document import Table
from agents.facts.fact import Fact
from agents.facts.subject import arm_subject, cell_subject
from agents.statistics import UnusableSample, describe, prediction_interval

TABLE = "predictions"


def new_seed_predictions(sweep: SweepResults) -> Part:
    """Return a prediction for each setting whose runs are numerous enough and vary."""
    by_setting = [group for members in sweep.cells.values() if (group := _facts_of_setting(sweep, members))]
    has_small_settings = any(len(usable(members)) < MIN_RUNS for members in sweep.cells.values())
    why = "Some settings have too few runs to estimate the variation between runs."
    missing = (NotEstimated(what="A prediction for every setting", why=why),) if has_small_settings else ()
    facts = tuple(fact for group in by_setting for fact in group)
    if not by_setting:
        return Part(not_estimated=missing)
    confidence = f"{{{{f:{by_setting[0][-1].id}}}}}"
    text = (
        f"{{{{ref:{TABLE}}}}} gives a predicted {sweep.metric_slot} for a new run of each setting. Each prediction "
        f"interval contains the value of a new run with a probability of {confidence}, if values are normally "
        "distributed and the new seed is drawn in the same way as the others."
    )
    finding = prediction_finding(PREFIX, text, [fact.id for fact in facts])
    return Part(facts, (finding,), not_estimated=missing, tables=(_table(sweep, by_setting, confidence),))


def _facts_of_setting(sweep: SweepResults, members: Sequence[Trial]) -> list[Fact]:
    """Return the facts of the prediction for one setting, none if it has too few runs or its runs do not vary."""
    values = usable(members)
    levels = {factor: members[0].levels[factor] for factor in sweep.factors if factor in members[0].levels}
    if len(values) < MIN_RUNS:
        return []
    try:
        interval = prediction_interval(values, LEVEL)
    except UnusableSample:  # the runs do not vary
        return []
    subject = arm_subject(levels) if len(sweep.factors) == 1 else cell_subject(levels)
    prediction = Prediction(describe(values).mean, interval.low, interval.high)
    inputs = sweep.facts_of(members)
    return list(prediction_facts(sweep, levels, prediction, inputs, str(subject), prediction_interval))


def _table(sweep: SweepResults, by_setting: Sequence[Sequence[Fact]], confidence: str) -> Table:
    """Return the table. Each row is labelled as a prediction, because it may be read without the caption."""
    cells = ([f"{{{{f:{fact.id}}}}}" for fact in facts[:-1]] for facts in by_setting)
    return Table(
        id=TABLE,
        caption=f"Predicted {sweep.metric_slot} of a new run of each setting, with {confidence} prediction intervals. "
        "No run has tested these values.",
        columns=("Run", "Value", "From", "To"),
        rows=tuple((f"predicted with {setting}", *numbers) for setting, *numbers in cells),
        numeric=(False, True, True, True),
    )
