"""Define, read and write the content of `results.json`, the results of an experiment.

Snakemake's main process imports this module, so it must not import heavy packages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from compiler.base.diagnostics import InputError
from compiler.base.json_files import read_json, write_json
from compiler.deliverables.check import DeliverableStatus

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class MetricSummary:
    """The mean, standard deviation and number of values of a metric. `sd` is None for a single value."""

    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True)
class ArmSummary:
    """An arm with the numbers of its completed and failed runs."""

    level: Mapping[str, Any]
    n: int
    failed: int
    metrics: Mapping[str, MetricSummary]


@dataclass(frozen=True)
class BestArm:
    level: Mapping[str, Any]
    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True)
class BestValue:
    """The best value of a metric, and the setting and the run that have it."""

    value: float
    setting: Mapping[str, Any]
    run: str


@dataclass(frozen=True)
class TrainingTime:
    """The sum over all runs, in seconds and as text such as `2h 15m`."""

    seconds: float
    text: str


@dataclass(frozen=True)
class SummaryMetrics:
    """All arms, and the best arm and the best run by `metric`. Both are None if no run has that metric.

    In the file, `best_value` has the name of the metric: `best_accuracy`.
    """

    metric: str
    arms: tuple[ArmSummary, ...]
    best: BestArm | None
    best_value: BestValue | None = None
    total_training_time: TrainingTime = TrainingTime(0.0, "0s")


@dataclass(frozen=True)
class FinishedTrial:
    """A trial and its value, which is None if all its runs failed."""

    number: int
    round: int
    params: Mapping[str, Any]
    runs: tuple[str, ...]
    value: float | None
    status: Literal["completed", "failed"]


@dataclass(frozen=True)
class BestTrial:
    number: int
    params: Mapping[str, Any]
    value: float


@dataclass(frozen=True)
class SearchResults:
    """The search in `results.json`. `runs` counts distinct runs; `best_so_far` has one value for each trial."""

    id: str
    sampler: str
    seed: int
    metric: str
    goal: str
    budget: int
    runs: int
    trials: tuple[FinishedTrial, ...]
    best: BestTrial | None
    best_so_far: tuple[float | None, ...]


@dataclass(frozen=True)
class DeliverableSummary:
    """A deliverable over all its runs."""

    path: str
    status: DeliverableStatus
    validated: bool
    required: bool
    validation_method: str
    detail: str


@dataclass(frozen=True)
class RunDeliverable:
    """A deliverable of one run."""

    path: str
    run_id: str
    status: DeliverableStatus
    validated: bool
    validation_method: str
    detail: str


@dataclass(frozen=True)
class ValidationResults:
    """The first two are None if the spec requires no deliverable or no threshold."""

    all_deliverables_met: bool | None
    performance_targets_met: bool | None
    data_integrity_checks_passed: bool


@dataclass(frozen=True)
class ArtifactEntry:
    """An artifact of a run. `path` is relative to the folder of the results."""

    run_id: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class PointResults:
    """A point and the run that it names. `error` is the entry of status.json."""

    point: str
    run_id: str
    overrides: Mapping[str, Any]
    status: str
    error: Mapping[str, Any] | None
    completed_at: str | None
    duration_seconds: float | None
    metrics: Mapping[str, float]
    deliverables_status: Mapping[str, RunDeliverable]

    @property
    def is_completed(self) -> bool:
        return self.status == "completed"


@dataclass(frozen=True)
class PlannedLook:
    """The look of a registered plan that the verdict belongs to, from 1, with its two-sided significance level."""

    number: int
    looks: int
    seeds: int
    alpha: float


@dataclass(frozen=True)
class RegistrationResults:
    """The registration of the claim, and whether the verdict is confirmatory.

    `entry` and `sha256` name the first registration of the claim in the chain. `fresh_runs` are the runs that the test
    rests on. `known_runs` were known before the registration. Both include arms that the test does not compare. `looks`
    counts the earlier looks that do not belong to a plan. `siblings` are other experiments that registered a test over
    the same runs.
    """

    entry: int | None
    sha256: str | None
    registered_at: str | None
    commit: str | None
    spec_committed: bool | None
    standing: Literal["confirmatory", "exploratory", "unregistered"]
    reason: str
    fresh_runs: tuple[str, ...]
    known_runs: tuple[str, ...]
    looks: int
    planned_look: PlannedLook | None
    siblings: tuple[str, ...]


@dataclass(frozen=True)
class ExperimentResults:
    """The results of an experiment. `comparison` is the registered test. `analysis_reports` are written later.

    `exploratory` is the same test over all runs, if some were known before the registration. `post_hoc` is whether the
    verdict is not confirmatory. `report_deliverables` are checked on reports, so the gate of the reports has their
    results. `missing_metrics` are the required metrics that are absent or not finite, by completed run.
    """

    experiment_id: str
    status: Literal["completed", "partial_success", "failed"]
    completed_at: str
    duration_seconds: float
    deliverables_status: Mapping[str, DeliverableSummary]
    summary_metrics: SummaryMetrics
    validation_results: ValidationResults
    damaged_artifacts: tuple[str, ...]
    missing_metrics: Mapping[str, tuple[str, ...]]
    search: SearchResults | None
    verdict: str | None
    comparison: Mapping[str, Any] | None
    exploratory: Mapping[str, Any] | None
    registration: RegistrationResults
    post_hoc: bool
    report_deliverables: tuple[str, ...]
    artifacts: tuple[ArtifactEntry, ...]
    analysis_reports: tuple[str, ...]
    runs: tuple[PointResults, ...]


def write_results(file: Path, results: ExperimentResults) -> None:
    content = asdict(results) | {"schema_version": SCHEMA_VERSION}
    summary = content["summary_metrics"]
    summary[_best_key(summary["metric"])] = summary.pop("best_value")
    write_json(file, content)


class InvalidResults(InputError):
    """A results.json was edited or damaged, so that it is not what a build writes."""


def read_results(file: Path) -> ExperimentResults:
    """Read results.json. Raises FileNotFoundError or InvalidResults."""
    from pydantic import TypeAdapter

    try:
        content = read_json(file)
        summary = content["summary_metrics"]
        summary["best_value"] = summary.pop(_best_key(summary["metric"]))
        return TypeAdapter(ExperimentResults).validate_python(content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # pydantic's ValidationError is a ValueError
        problem = f"{error} is missing" if isinstance(error, KeyError) else str(error).splitlines()[0]
        raise InvalidResults(f"{file}: invalid: {problem} (delete the file and build the experiment again)") from error


def _best_key(metric: str) -> str:
    return f"best_{metric}"
