"""Recommend actions, each with the facts that it is based on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agents.analysis.analysis_schema import Finding, Recommendation
from agents.analysis.tasks import Task
from agents.analysts.performance.convergence import convergence_id
from agents.analysts.performance.metric_series import logged_metrics
from agents.analysts.performance.run_costs import BOTTLENECK_ID, BOTTLENECK_PERCENT, LOADING_ID
from agents.analysts.shared.arm_runs import ArmRuns
from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.text_case import capitalized

_EARLY_SHARE = 0.5  # of the epochs; if the evaluation converges before, early stopping is recommended
_ADVICE = {
    "not_finite": "inspect the inputs of the loss, clip gradients, or exclude this setting from the next sweep",
    "divergence": "exclude this setting from the next sweep, or clip gradients and warm up the learning rate",
    "spikes": "inspect the batches of these steps, and consider clipping gradients",
    "overfitting": "stop training where the evaluation loss turns, or regularise",
    "identical-runs": "check that the seed reaches the model and the order of the data",
}


def recommendations(
    case: Case, task: Task, arms: Sequence[ArmRuns], facts: Mapping[str, Fact], findings: Sequence[Finding]
) -> tuple[Recommendation, ...]:
    """Return all recommendations. `facts` are computed by this analysis. `case` contains the other facts."""
    return (
        *_after_failures(task),
        *_after_anomalies(arms, findings),
        *_after_convergence(case, arms, facts),
        *_after_slow_loading(facts),
        *_after_too_few_seeds(case),
    )


def _after_failures(task: Task) -> Iterator[Recommendation]:
    if task.failed:
        runs = "run" if len(task.failed) == 1 else "runs"
        text = f"Find out why {{{{f:experiment.runs.failed}}}} {runs} failed before the others are interpreted."
        failures = (f"{run}.failure" for run in task.failed)
        yield Recommendation(text=text, facts=("experiment.runs.failed", *failures))


def _after_anomalies(arms: Sequence[ArmRuns], findings: Sequence[Finding]) -> Iterator[Recommendation]:
    """Yield one recommendation for each arm and kind of anomaly, even if several metrics show the anomaly."""
    for arm in arms:
        for kind, advice in _ADVICE.items():
            anomalies = [
                finding
                for finding in findings
                if finding.id.startswith(f"{kind}-") and finding.id.endswith(f"-{arm.subject}")
            ]
            facts = tuple(dict.fromkeys(name for anomaly in anomalies for name in anomaly.facts))
            if facts:
                yield Recommendation(text=f"{arm.opening}, {advice}.", facts=facts)


def _after_convergence(case: Case, arms: Sequence[ArmRuns], facts: Mapping[str, Fact]) -> Iterator[Recommendation]:
    """Yield one recommendation for the arms that converged early, and one for those that were cut off."""
    metric = str(logged_metrics(case).eval_metric)
    early: list[tuple[ArmRuns, Fact, Fact]] = []
    cut_off: list[tuple[ArmRuns, Fact, Fact]] = []
    for arm in arms:
        converged = facts.get(f"{convergence_id(arm.subject, metric)}.mean")
        epochs = case.book.facts.get(f"{arm.subject}.epochs.mean")
        if converged is None or epochs is None or converged.value is None or epochs.value is None:
            continue
        if float(converged.value) / float(epochs.value) <= _EARLY_SHARE:
            early.append((arm, converged, epochs))
        elif _was_cut_off(case, arm, facts):
            cut_off.append((arm, converged, epochs))
    if early:
        yield _about_arms(early, "the evaluation converged early", "consider early stopping")
    if cut_off:
        clause = "the evaluation was still changing in at least some of the runs when training ended"
        yield _about_arms(cut_off, clause, "consider additional epochs")


def _about_arms(arms: Sequence[tuple[ArmRuns, Fact, Fact]], clause: str, advice: str) -> Recommendation:
    """Return the advice with the convergence epoch and the number of epochs of each arm."""
    *others, last = [
        f"at epoch {{{{f:{converged.id}}}}} of {{{{f:{epochs.id}}}}} {arm.phrase}" for arm, converged, epochs in arms
    ]
    epochs_by_arm = f"{', '.join(others)} and {last}" if others else last
    text = f"{capitalized(advice)}: {clause} (convergence {epochs_by_arm})."
    return Recommendation(text=text, facts=tuple(fact.id for _, *pair in arms for fact in pair))


def _was_cut_off(case: Case, arm: ArmRuns, facts: Mapping[str, Fact]) -> bool:
    """Return whether any run converged only in its last epoch. The metric of such a run was still changing."""
    metric = str(logged_metrics(case).eval_metric)
    ends = ((facts.get(convergence_id(run, metric)), case.book.facts.get(f"{run}.epochs")) for run in arm.runs)
    return any(
        converged.value == epochs.value for converged, epochs in ends if converged is not None and epochs is not None
    )


def _after_slow_loading(facts: Mapping[str, Fact]) -> Iterator[Recommendation]:
    loading = facts.get(LOADING_ID)
    if loading is not None and isinstance(loading.value, int | float) and loading.value >= BOTTLENECK_PERCENT:
        text = f"Use worker processes for data loading: {{{{f:{LOADING_ID}}}}} of the fit was spent waiting for data."
        yield Recommendation(text=text, facts=(LOADING_ID, BOTTLENECK_ID))


def _after_too_few_seeds(case: Case) -> Iterator[Recommendation]:
    required = case.book.facts.get("test.required_n")
    if required is not None and required.value is not None:
        text = "Add seeds: the registered test needs {{f:test.required_n}} runs per arm before it can decide."
        yield Recommendation(text=text, facts=(required.id,))
