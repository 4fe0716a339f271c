"""Estimate when training converges: the epoch from which the evaluation metric stays near its final value.

"Near" is a share of the total change of the run, from its first logged value to its last. The measure therefore does
not depend on the scale or the direction of the metric. It does not show how good the final value is: a run that learns
nothing converges at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.performance.list_by_arm import average_suffix, fact_ids, list_by_arm
from agents.analysts.performance.metric_series import (
    EpochCurve,
    epoch_curve,
    logged_metrics,
    metric_name_facts,
    metric_name_id,
    series_of,
)
from agents.analysts.shared.arm_runs import ArmRuns, prominent
from agents.analysts.shared.derived_facts import constant_fact, mean_fact, series_fact
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.series import Series

SHARE = 0.9  # of the total change: 0.5 would describe the start only, 1 the noise of the last epochs
MIN_EPOCHS = 3  # of two epochs, the second would always be the convergence epoch
SHARE_ID = "performance.convergence.share"


def convergence_epoch(curve: EpochCurve, share: float = SHARE) -> int | None:
    """Return the first epoch from which the value stays within `1 - share` of the total change from its last value.

    None if there are too few epochs, a value is not finite, or the first value equals the last.
    """
    values = curve.values
    if len(values) < MIN_EPOCHS or not all(map(math.isfinite, values)) or values[0] == values[-1]:
        return None
    tolerance = (1 - share) * abs(values[-1] - values[0])
    distant = [index for index, value in enumerate(values) if abs(value - values[-1]) > tolerance * (1 + 1e-12)]
    return curve.epochs[distant[-1] + 1 if distant else 0]


def convergence(case: Case, arms: Sequence[ArmRuns]) -> Part:
    metric = logged_metrics(case).eval_metric
    epochs = {arm: _convergence_epochs(case, arm, metric) for arm in arms}
    if metric is None or not any(epochs.values()):
        why = "This needs a finite evaluation metric over several epochs that differs between start and end."
        return Part(not_estimated=(NotEstimated(what="The convergence epoch", why=why),))
    label = "part of the total change that counts as converged"
    share = constant_fact(SHARE_ID, 100 * SHARE, "percent", label, convergence_epoch)
    means = {arm: _mean(arm, metric, runs) for arm, runs in epochs.items() if runs}
    run_facts = (fact for runs in epochs.values() for fact in runs)
    facts = (*metric_name_facts(case, [metric]), share, *run_facts, *means.values())
    return Part(facts, (_finding(metric, {arm: means[arm] for arm in prominent(case, arms) if arm in means}),))


def convergence_id(subject: str, metric: str) -> str:
    return f"performance.{subject}.{metric}.settled_at"


def _convergence_epochs(case: Case, arm: ArmRuns, metric: str | None) -> list[Fact]:
    facts = [_run_fact(series) for series in series_of(case, metric, arm.runs)]
    return [fact for fact in facts if fact.value is not None]


def _run_fact(series: Series) -> Fact:
    label = f"epoch from which {series.metric} stays near its last value"
    epoch = convergence_epoch(epoch_curve(series))
    return series_fact(convergence_id(series.subject, series.metric), epoch, "epochs", label, series, convergence_epoch)


def _mean(arm: ArmRuns, metric: str, runs: Sequence[Fact]) -> Fact:
    label = f"mean epoch from which {metric} stays near its last value"
    mean = mean_fact(f"{convergence_id(arm.subject, metric)}.mean", label, arm.subject, runs)
    assert mean is not None, "runs without a value were excluded"
    return mean


def _finding(metric: str, means: Mapping[ArmRuns, Fact]) -> Finding:
    text = (
        f"{{{{f:{metric_name_id(metric)}}}}} converged{average_suffix(means)} at epoch {list_by_arm(means)}. A run "
        f"counts as converged when {{{{f:{SHARE_ID}}}}} of the total change, from the value after the opening epoch to "
        "the final value, is reached and kept. A run that is still changing when it ends gets its last epoch, so a "
        "value near the number of epochs is a sign that training was cut off. The measure does not show how good the "
        "final value is."
    )
    return Finding(id="convergence", text=text, facts=(*fact_ids(means), metric_name_id(metric), SHARE_ID))
