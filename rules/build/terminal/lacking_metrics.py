"""Report with the first finished runs that they lack a metric that an experiment requires, before the others train.

If a model computes the names of its metrics, the compiler cannot know them. The results decide at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment

_FILES = ("output/metrics.json", "output/eval_results.json")
_MAX_NAMES = 20
_NOT_METRICS = frozenset({"schema_version", "n"})


@dataclass
class LackingMetrics:
    """The metrics that runs have to write. Each set of missing metrics is reported once."""

    required: Mapping[str, frozenset[str]]  # by run
    _reported: set[frozenset[str]] = field(default_factory=set)

    def note(self, lab: Lab, run: str) -> str:
        """Return what a completed run lacks and what it has instead, "" if nothing or if another run was reported."""
        written = {
            name
            for file in _FILES
            for name, value in (readable_object(lab.run(run) / file) or {}).items()
            if name not in _NOT_METRICS and (value is None or isinstance(value, (int, float)))
        }
        lacking = frozenset(name for name in self.required.get(run, ()) if not _names_of(name) & written)
        if not lacking or lacking in self._reported or not written:
            return ""
        self._reported.add(lacking)
        listed = ", ".join(sorted(written)[:_MAX_NAMES])
        return f"; it logged no {', '.join(sorted(lacking))}, which the experiment requires, but {listed}"


def required_metrics(plan: Plan) -> dict[str, frozenset[str]]:
    """Return the metrics that the experiments of a plan require, by run."""
    required: dict[str, frozenset[str]] = {}
    for experiment in plan.experiments.values():
        names = frozenset(_names(experiment))
        for run in experiment.runs if names else ():
            required[run] = required.get(run, frozenset()) | names
    return required


def _names(experiment: PlannedExperiment) -> Iterator[str]:
    test, search = experiment.design.test, experiment.search
    yield from test.metrics if test else ()
    if search:
        yield search.metric
    for deliverable in experiment.deliverables.values():
        if deliverable.is_required:
            metric, keys = deliverable.spec.get("metric"), deliverable.spec.get("required_keys")
            yield from [metric] if isinstance(metric, str) else ()
            yield from keys if isinstance(keys, list) else ()


def _names_of(metric: str) -> frozenset[str]:
    """Return the names under which Lightning may have written a metric."""
    return frozenset({metric, f"{metric}_step", f"{metric}_epoch"})
