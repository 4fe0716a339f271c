"""The names, titles and functions of all tables, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench.harness.bench_context import Bench
from tests.bench.harness.rows import Item
from tests.bench.tables.builds import build_stages, demo, single_run
from tests.bench.tables.default_runs import default_runs, equal_evidence
from tests.bench.tables.ensembles import ensembles
from tests.bench.tables.growth import growth
from tests.bench.tables.large import large_labs
from tests.bench.tables.planning import plans


@dataclass(frozen=True)
class Table:
    title: str
    measure: Callable[[Bench], Iterator[Item]]


TABLES = {
    "default": Table("Short trainings: a default build and a bare script", default_runs),
    "stages": Table("Where the time of a build goes", build_stages),
    "demo": Table("The demo, analyses and reports", demo),
    "single": Table("One run, and one run more", single_run),
    "equal": Table("Short trainings: the same files", equal_evidence),
    "ensembles": Table("Ensembles", ensembles),
    "plans": Table("Compiling and planning", plans),
    "growth": Table("Growth", growth),
    "large": Table("Large labs", large_labs),
}
