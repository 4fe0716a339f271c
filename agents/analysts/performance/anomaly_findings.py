"""Search every run for anomalies, and report them by arm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.performance.anomaly_kinds import (
    DETECTORS,
    NOT_FINITE,
    POINTS_ID,
    AnomalyKind,
    constants,
    is_long,
    kinds_for,
)
from agents.analysts.performance.metric_series import is_loss, metric_name_facts, metric_name_id, series_of
from agents.analysts.performance.overfitting import OVERFITTING, overfitting_facts
from agents.analysts.shared.arm_runs import ArmRuns
from agents.analysts.shared.derived_facts import derived_fact, series_fact
from agents.analysts.shared.part import Part, join_parts
from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.series import Series


def anomaly_findings(case: Case, arms: Sequence[ArmRuns]) -> Part:
    """Return a finding for each arm, metric and kind of anomaly, and the losses with too few points."""
    metrics = list(dict.fromkeys(series.metric for series in case.series))
    if not metrics:
        why = "No run recorded a metric history."
        return Part(not_estimated=(NotEstimated(what="Anomalies in the learning curves", why=why),))
    part = join_parts((*_by_metric(case, arms, metrics), *_overfitting(case, arms)))
    none_found = () if any(finding.kind == "anomaly" for finding in part.findings) else (_no_anomaly(),)
    common = Part(
        (*metric_name_facts(case, metrics), *constants()), none_found, not_estimated=tuple(_too_short(case, metrics))
    )
    return join_parts((part, common))


def count_true(*facts: Fact) -> int:
    """Return how many of the facts are true."""
    return sum(bool(fact.value) for fact in facts)


def count_all(*facts: Fact) -> int:
    return len(facts)


def _by_metric(case: Case, arms: Sequence[ArmRuns], metrics: Sequence[str]) -> Iterator[Part]:
    for metric in metrics:
        for kind in kinds_for(metric, metrics):
            for arm in arms:
                series = series_of(case, metric, arm.runs)
                runs = [_run_fact(run, kind) for run in series if is_long(run) or not kind.is_heuristic]
                yield _arm_part(arm, runs, metric, kind)


def _overfitting(case: Case, arms: Sequence[ArmRuns]) -> Iterator[Part]:
    for arm in arms:
        metric, runs = overfitting_facts(case, arm)
        if metric is not None:
            yield _arm_part(arm, runs, metric, OVERFITTING)


def _run_fact(series: Series, kind: AnomalyKind) -> Fact:
    name, detect = f"performance.{series.subject}.{series.metric}.{kind.name}", DETECTORS[kind]
    unit = "epochs" if kind is NOT_FINITE else ""
    return series_fact(name, detect(series), unit, f"{kind.name} of {series.metric}", series, detect)


def _arm_part(arm: ArmRuns, runs: Sequence[Fact], metric: str, kind: AnomalyKind) -> Part:
    """Return the facts of the runs, and a finding if any run of the arm shows the anomaly."""
    if not count_true(*runs):
        return Part(tuple(runs))
    name, label = f"performance.{arm.subject}.{metric}.{kind.name}.runs", f"{kind.name} of {metric}"
    affected = derived_fact(name, count_true(*runs), "runs", f"runs with {label}", arm.subject, runs, count_true)
    examined_label = f"runs examined for {label}"
    examined = derived_fact(f"{name}.of", len(runs), "runs", examined_label, arm.subject, runs, count_all)
    clause = kind.clause.replace("METRIC", f"{{{{f:{metric_name_id(metric)}}}}}")
    heuristic = " (a heuristic)" if kind.is_heuristic else ""
    finding = Finding(
        id=f"{kind.name}-{metric}-{arm.subject}",
        kind="anomaly" if kind.is_anomaly else "result",
        text=f"{arm.opening}, in {{{{f:{affected.id}}}}} of {{{{f:{examined.id}}}}} runs {clause}{heuristic}.",
        facts=(affected.id, examined.id, metric_name_id(metric), *kind.constants),
    )
    return Part((*runs, affected, examined), (finding,))


def _too_short(case: Case, metrics: Sequence[str]) -> Iterator[NotEstimated]:
    """Yield a question for each loss that no run logged often enough for the heuristics."""
    for metric in metrics:
        if is_loss(metric) and not any(is_long(series) for series in case.series if series.metric == metric):
            has_steps = f"{metric}_step" in metrics  # spikes and divergence are searched in the values of each step
            kinds = "Plateaus and overfitting" if has_steps else "Spikes, divergence, plateaus and overfitting"
            why = f"A heuristic needs at least {{{{f:{POINTS_ID}}}}} points per run."
            yield NotEstimated(what=f"{kinds} in {{{{f:{metric_name_id(metric)}}}}}", why=why)


def _no_anomaly() -> Finding:
    text = (
        "No anomaly was found in the series that have enough points. The detectors are heuristics, so anomalies may "
        "have been missed."
    )
    return Finding(id="no-anomaly", text=text, facts=(POINTS_ID,))
