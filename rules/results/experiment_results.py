"""Define, read and write the content of `results.json`, the results of an experiment.

Snakemake's main process imports this module, so it must not import heavy packages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from agents.group_evaluation.column_result import ColumnResult
from compiler.base.diagnostics import InputError
from compiler.base.json_files import read_json, write_json
from rules.results.content.checks import (
    TRACKED_FIELDS,
    ArtifactEntry,
    DeliverableSummary,
    PointResults,
    ValidationResults,
)
from rules.results.content.registration import RegistrationResults
from rules.results.content.search import SearchResults
from rules.results.content.summary import SummaryMetrics

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class ExperimentResults:
    """The results of an experiment. `comparison` is the registered test. `analysis_reports` are written later.

    `exploratory` is the same test over all runs, if some were known before the registration. `post_hoc` is whether the
    verdict is not confirmatory. `report_deliverables` are checked on reports, so the gate of the reports has their
    results. `missing_metrics` are the required metrics that are absent or not finite, by completed run.
    `groups` is the metric by group of test items, if the data declare group columns.
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
    groups: tuple[ColumnResult, ...] = ()


def write_results(file: Path, results: ExperimentResults) -> None:
    content = asdict(results) | {"schema_version": SCHEMA_VERSION}
    for results_of in (content, *content["runs"]):
        statuses = results_of["deliverables_status"]
        results_of["deliverables_status"] = {name: _without_absent(status) for name, status in statuses.items()}
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


def _without_absent(status: Mapping[str, Any]) -> dict[str, Any]:
    """Return the status of a deliverable without the fields of tracked runs that it does not have.

    A tracked run has a project. Its entity and its URL are null if they are not known.
    """
    kept = {"entity", "url"} if status["project"] is not None else set()
    tracked = {field: status.get(field) for field in TRACKED_FIELDS if status.get(field) is not None or field in kept}
    return tracked | {field: value for field, value in status.items() if field not in TRACKED_FIELDS}


def _best_key(metric: str) -> str:
    return f"best_{metric}"
