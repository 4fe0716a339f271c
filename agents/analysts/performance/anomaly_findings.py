"""The signs looked for in every run, and what was seen told by arm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.performance.anomaly_kinds import NOT_FINITE, POINTS_ID, AnomalyKind, constants, is_long, kinds_for
from agents.analysts.performance.metric_series import is_loss, metric_name_facts, metric_name_id, series_of
from agents.analysts.performance.overfitting import overfitting
from agents.analysts.shared.arm_runs import ArmRuns
from agents.analysts.shared.derived_facts import derived_fact, series_fact
from agents.analysts.shared.part import Part, join_parts
from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.series import Series


def anomaly_findings(case: Case, arms: Sequence[ArmRuns]) -> Part:
    metrics = list(dict.fromkeys(one.metric for one in case.series))
    if not metrics:
        why = "No run kept a history."
        return Part(not_estimated=(NotEstimated(what="Anomalies in the course of training", why=why),))
    seen = join_parts((*_seen(case, arms, metrics), overfitting(case, arms, findings_of_arm)))
    clean = () if any(each.kind == "anomaly" for each in seen.findings) else (_clean(),)
    known = Part((*metric_name_facts(case, metrics), *constants()), clean, not_estimated=tuple(_too_few(case, metrics)))
    return join_parts((seen, known))


def _seen(case: Case, arms: Sequence[ArmRuns], metrics: Sequence[str]) -> Iterator[Part]:
    for metric in metrics:
        for sign in kinds_for(metric, metrics):
            for arm in arms:
                every = series_of(case, metric, arm.runs)
                runs = [_of_run(one, sign) for one in every if is_long(one) or not sign.is_heuristic]
                yield findings_of_arm(arm, runs, metric, sign)


def _of_run(series: Series, sign: AnomalyKind) -> Fact:
    name = f"performance.{series.subject}.{series.metric}.{sign.kind}"
    unit = "epochs" if sign is NOT_FINITE else ""
    return series_fact(name, sign.sees(series), unit, f"{sign.kind} of {series.metric}", series, sign.sees)


def count(*facts: Fact) -> int:
    """How many of them hold."""
    return sum(bool(each.value) for each in facts)


def examined(*facts: Fact) -> int:
    return len(facts)


def findings_of_arm(arm: ArmRuns, runs: Sequence[Fact], metric: str, sign: AnomalyKind) -> Part:
    """What was seen nowhere in an arm makes no finding; the runs' facts say that it was looked for."""
    if not count(*runs):
        return Part(tuple(runs))
    name, label = f"performance.{arm.subject}.{metric}.{sign.kind}.runs", f"{sign.kind} of {metric}"
    seen = derived_fact(name, count(*runs), "runs", f"runs with {label}", arm.subject, runs, count)
    every = derived_fact(f"{name}.of", len(runs), "runs", f"runs looked at for {label}", arm.subject, runs, examined)
    words = sign.words.replace("METRIC", f"{{{{f:{metric_name_id(metric)}}}}}")
    rule = " (a heuristic)" if sign.is_heuristic else ""
    finding = Finding(
        id=f"{sign.kind}-{metric}-{arm.subject}",
        kind="anomaly" if sign.is_trouble else "result",
        text=f"{arm.where}, in {{{{f:{seen.id}}}}} of {{{{f:{every.id}}}}} runs {words}{rule}.",
        facts=(seen.id, every.id, metric_name_id(metric), *sign.constants),
    )
    return Part((*runs, seen, every), (finding,))


def _too_few(case: Case, metrics: Sequence[str]) -> Iterator[NotEstimated]:
    for metric in metrics:
        if is_loss(metric) and not any(is_long(one) for one in case.series if one.metric == metric):
            at_steps = f"{metric}_step" in metrics  # where spikes and divergence are looked for
            which = "Plateaus and overfitting" if at_steps else "Spikes, divergence, plateaus and overfitting"
            what = f"{which} in {{{{f:{metric_name_id(metric)}}}}}"
            why = f"Too few points to tell: a heuristic needs {{{{f:{POINTS_ID}}}}} of a run."
            yield NotEstimated(what=what, why=why)


def _clean() -> Finding:
    text = (
        "No anomaly was found in the courses that have points enough to look for any. These are heuristics: "
        "a clean record vouches for nothing."
    )
    return Finding(id="no-anomaly", text=text, facts=(POINTS_ID,))
