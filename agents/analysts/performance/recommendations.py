"""What to do next, each with the facts that say why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agents.analysis.analysis_schema import Finding, Recommendation
from agents.analysis.tasks import Task
from agents.analysts.performance.bottlenecks import LOADING_ID, SUSPECT, SUSPECT_ID
from agents.analysts.performance.convergence import convergence_id
from agents.analysts.performance.metric_series import logged_metrics
from agents.analysts.shared.arm_runs import ArmRuns
from agents.context.case import Case
from agents.facts.fact import Fact

_EARLY = 0.5  # of the epochs: who settles before it has trained for nothing since
_BY_SIGN = {
    "not_finite": "look at what went into the loss there, clip gradients, or leave this setting out of the next sweep",
    "divergence": "leave this setting out of the next sweep, or clip gradients and warm the learning rate up",
    "spikes": "look at the batches of those steps, and consider clipping gradients",
    "overfitting": "stop where the evaluation loss turned, or regularise",
    "identical-runs": "check that the seed reaches the model and the order of the data",
}


def recommendations(
    case: Case, task: Task, arms: Sequence[ArmRuns], made: Mapping[str, Fact], findings: Sequence[Finding]
) -> tuple[Recommendation, ...]:
    """`made` are the facts of this analysis, beside those of the case."""
    return (
        *_of_failures(task),
        *_of_anomalies(arms, findings),
        *(one for arm in arms for one in _of_convergence(case, arm, made)),
        *_of_loading(made),
        *_of_seeds(case),
    )


def _of_failures(task: Task) -> Iterator[Recommendation]:
    if task.failed:
        text = "Find out why {{f:experiment.runs.failed}} runs failed before anything is read into the others."
        failures = (f"{run}.failure" for run in task.failed)
        yield Recommendation(text=text, facts=("experiment.runs.failed", *failures))


def _of_anomalies(arms: Sequence[ArmRuns], findings: Sequence[Finding]) -> Iterator[Recommendation]:
    """One for each kind and arm, whichever metrics show it."""
    for arm in arms:
        for kind, advice in _BY_SIGN.items():
            mine = [one for one in findings if one.id.startswith(f"{kind}-") and one.id.endswith(f"-{arm.subject}")]
            facts = dict.fromkeys(name for one in mine for name in one.facts)
            if facts:
                yield Recommendation(text=f"{arm.where}: {advice}.", facts=tuple(facts))


def _of_convergence(case: Case, arm: ArmRuns, made: Mapping[str, Fact]) -> Iterator[Recommendation]:
    settled = made.get(f"{convergence_id(arm.subject, str(logged_metrics(case).eval_metric))}.mean")
    epochs = case.book.facts.get(f"{arm.subject}.epochs.mean")
    if settled is None or epochs is None or settled.value is None or epochs.value is None:
        return
    share, told = float(settled.value) / float(epochs.value), f"{{{{f:{settled.id}}}}} of {{{{f:{epochs.id}}}}}"
    if share <= _EARLY:
        text = f"{arm.where} the evaluation was near its last value from epoch {told} on: consider stopping early."
        yield Recommendation(text=text, facts=(settled.id, epochs.id))
    elif _was_cut_off(case, arm, made):
        text = (
            f"{arm.where} the evaluation was still on its way when training ended, in some of the runs at least; it "
            f"came near its last value at epoch {told}: consider training on."
        )
        yield Recommendation(text=text, facts=(settled.id, epochs.id))


def _was_cut_off(case: Case, arm: ArmRuns, made: Mapping[str, Fact]) -> bool:
    """Whether a run came near its last value in its last epoch, which it does at the end of every way."""
    metric = str(logged_metrics(case).eval_metric)
    ends = ((made.get(convergence_id(run, metric)), case.book.facts.get(f"{run}.epochs")) for run in arm.runs)
    return any(near.value == epochs.value for near, epochs in ends if near is not None and epochs is not None)


def _of_loading(made: Mapping[str, Fact]) -> Iterator[Recommendation]:
    loading = made.get(LOADING_ID)
    if loading is not None and isinstance(loading.value, int | float) and loading.value >= SUSPECT:
        text = f"Give loading workers of its own: waiting took {{{{f:{LOADING_ID}}}}} of the fit."
        yield Recommendation(text=text, facts=(LOADING_ID, SUSPECT_ID))


def _of_seeds(case: Case) -> Iterator[Recommendation]:
    needed = case.book.facts.get("test.required_n")
    if needed is not None and needed.value is not None:
        text = "Add seeds: the registered test takes {{f:test.required_n}} runs for each arm before it can decide."
        yield Recommendation(text=text, facts=(needed.id,))
