"""Read the metrics that a run has measured from its files."""

from __future__ import annotations

from pathlib import Path

from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.training_metrics import is_finite_number

# Values of the second file override those of the first, because they belong to the test split.
_METRIC_FILES = ("output/metrics.json", "output/eval_results.json")
_NOT_METRICS = frozenset({"schema_version", "n"})


def run_metrics(folder: Path) -> dict[str, float]:
    """Return the finite metrics of a run by name. A file that is missing or damaged has none."""
    metrics: dict[str, float] = {}
    for path in _METRIC_FILES:
        try:
            content = read_object(folder, path)
        except UnreadableArtifact:
            continue  # the deliverable check for this file reports the problem
        metrics |= {key: value for key, value in content.items() if is_finite_number(value) and key not in _NOT_METRICS}
    return metrics
