"""How soon training settles: the epoch from which the evaluation stays near where it ends.

The measure is a share of the run's own way, from its first logged value to its last. So it does not depend on the
metric's scale or direction and says nothing of how good the end is: an arm that learns nothing settles at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.performance.metric_series import (
    EpochCurve,
    epoch_curve,
    logged_metrics,
    metric_name_facts,
    metric_name_id,
    series_of,
)
from agents.analysts.performance.sentence_by_arm import average_suffix, fact_ids, list_by_arm
from agents.analysts.shared.arm_runs import ArmRuns, prominent
from agents.analysts.shared.derived_facts import constant_fact, mean_fact, series_fact
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.series import Series

SHARE = 0.9  # of the way: 0.5 tells of the start only, 1 is decided by the noise of the last epochs
FEWEST = 3  # epochs: of two, the second is always the answer
SHARE_ID = "performance.convergence.share"


def convergence_epoch(found: EpochCurve, share: float = SHARE) -> int | None:
    """The first epoch from which on the value keeps within `1 - share` of the way from its last value.

    None where there are too few epochs, a value is not finite, or nothing moved.
    """
    values = found.values
    if len(values) < FEWEST or not all(map(math.isfinite, values)) or values[0] == values[-1]:
        return None
    near = (1 - share) * abs(values[-1] - values[0])
    far = [index for index, value in enumerate(values) if abs(value - values[-1]) > near * (1 + 1e-12)]
    return found.epochs[far[-1] + 1 if far else 0]


def convergence(case: Case, arms: Sequence[ArmRuns]) -> Part:
    metric = logged_metrics(case).eval_metric
    settled = {arm: _settled(case, arm, metric) for arm in arms}
    if metric is None or not any(settled.values()):
        why = "It takes a finite evaluation over several epochs that moves between the start and the end."
        return Part(not_estimated=(NotEstimated(what="How soon training settles", why=why),))
    share = constant_fact(SHARE_ID, 100 * SHARE, "percent", "part of the way that counts as settled", convergence_epoch)
    means = {arm: _mean(arm, metric, runs) for arm, runs in settled.items() if runs}
    told = prominent(case, arms)
    facts = (
        *metric_name_facts(case, [metric]),
        share,
        *(one for runs in settled.values() for one in runs),
        *means.values(),
    )
    return Part(facts, (_finding(metric, {arm: means[arm] for arm in told if arm in means}),))


def convergence_id(subject: str, metric: str) -> str:
    return f"performance.{subject}.{metric}.settled_at"


def _settled(case: Case, arm: ArmRuns, metric: str | None) -> list[Fact]:
    found = [_of_run(one) for one in series_of(case, metric, arm.runs)]
    return [each for each in found if each.value is not None]


def _of_run(series: Series) -> Fact:
    label = f"epoch from which {series.metric} stays near its last value"
    epoch = convergence_epoch(epoch_curve(series))
    return series_fact(convergence_id(series.subject, series.metric), epoch, "epochs", label, series, convergence_epoch)


def _mean(arm: ArmRuns, metric: str, runs: Sequence[Fact]) -> Fact:
    label = f"mean epoch from which {metric} stays near its last value"
    found = mean_fact(f"{convergence_id(arm.subject, metric)}.mean", label, arm.subject, runs)
    assert found is not None, "runs without a value were left out"
    return found


def _finding(metric: str, means: Mapping[ArmRuns, Fact]) -> Finding:
    """What counts as settled, and when that was."""
    text = (
        f"{{{{f:{metric_name_id(metric)}}}}} was near its last value{average_suffix(means)} from epoch "
        f"{list_by_arm(means)} on: it had come {{{{f:{SHARE_ID}}}}} of the way to it from its value after the opening "
        "epoch, and stayed there. A run that is still on its way at its end gets its last epoch, so a value near the "
        "number of epochs says that training was cut off. This tells how soon a run gets where it ends, not how good "
        "that end is."
    )
    return Finding(id="convergence", text=text, facts=(*fact_ids(means), metric_name_id(metric), SHARE_ID))
