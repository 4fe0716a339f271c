"""Write the tables of a package as CSV, with the complete values of the results and facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from compiler.run_table.csv_text import csv_of_rows
from lab.publication.contents.material import Material

_CONTRAST = (
    "claim",
    "metric",
    "treatment",
    "n_treatment",
    "n_control",
    "difference",
    "improvement",
    "hedges_g",
    "p",
    "p_adjusted",
    "method",
    "conclusion",
)
_FACT = ("id", "value", "unit", "n", "label", "is_post_hoc", "is_prediction")


def tables(material: Material) -> Iterator[tuple[str, bytes]]:
    """Yield the path and content of each table."""
    for name, header, rows in (
        ("runs", *_runs(material)),
        ("arms", *_arms(material)),
        ("contrasts", *_contrasts(material)),
        ("deliverables", *_deliverables(material)),
        ("facts", *_facts(material)),
    ):
        if rows:
            yield f"tables/{name}.csv", csv_of_rows(header, rows).encode()


Table = tuple[Sequence[str], list[list[Any]]]


def _runs(material: Material) -> Table:
    runs = material.results.runs
    settings = sorted({key for run in runs for key in run.overrides})
    metrics = sorted({key for run in runs for key in run.metrics})
    header = ["point", "run_id", "status", *settings, "duration_seconds", *metrics]
    return header, [
        [
            run.point,
            run.run_id,
            run.status,
            *(run.overrides.get(key) for key in settings),
            run.duration_seconds,
            *(run.metrics.get(key) for key in metrics),
        ]
        for run in runs
    ]


def _arms(material: Material) -> Table:
    """Return a row for each arm and metric. The standard deviation of a single value is empty."""
    return ["arm", "completed", "failed", "metric", "n", "mean", "sd"], [
        [_setting(arm.level), arm.n, arm.failed, metric, summary.n, summary.mean, summary.sd]
        for arm in material.results.summary_metrics.arms
        for metric, summary in sorted(arm.metrics.items())
    ]


def _contrasts(material: Material) -> Table:
    test = material.results.comparison or {}
    rows = []
    for contrast in test.get("contrasts", ()):
        interval = contrast.get("interval") or {}
        bounds = [interval.get(key) for key in ("low", "high", "level")]
        rows.append([test.get("factor"), test.get("control"), *(contrast.get(key) for key in _CONTRAST), *bounds])
    return ["factor", "control", *_CONTRAST, "interval_low", "interval_high", "interval_level"], rows


def _deliverables(material: Material) -> Table:
    return ["deliverable", "required", "status", "validation", "path", "detail"], [
        [name, item.required, item.status, item.validation_method, item.path, item.detail]
        for name, item in material.results.deliverables_status.items()
    ]


def _facts(material: Material) -> Table:
    facts = (fact.to_json() for fact in material.book.facts.values())
    return [*_FACT, "source"], [[*(fact[key] for key in _FACT), fact["source"]["file"]] for fact in facts]


def _setting(level: Any) -> str:
    return ", ".join(f"{key}={value}" for key, value in level.items())
