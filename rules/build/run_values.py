"""Provide the values of the training rule: data, fingerprint, threads and resources of each run."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from typing import Any

from snakemake.io import ancient

from compiler.base.identity import digest
from compiler.plan.planned_run import PlannedRun, RunJob
from compiler.spec.resources import Resources
from rules.build.build_plan import BuildPlan
from rules.build.data_markers import data_marker
from rules.build.functions.cached_signatures import cache_resource_signature, with_cached_signature

ATTEMPTS = 3  # of a training that fails because of the machine; the last attempt records the failure
_NO_RUN = PlannedRun("", "", (), Resources(), ())


@with_cached_signature
def attempt(wildcards: Any, attempt: int) -> int:  # noqa: ARG001  (Snakemake passes both by name)
    """Return the number of the attempt, from 1."""
    return attempt


def _id(run: PlannedRun | RunJob) -> str:
    return run.id if isinstance(run, PlannedRun) else run.run_id


class RunValues:
    """Values and input functions that the training rule uses.

    Args:
        repeated: finished runs that are to be trained again because their files were changed.
    """

    def __init__(self, plan: BuildPlan, repeated: Collection[str] = ()) -> None:
        self._plan, self._repeated = plan, repeated
        cache_resource_signature()

    def data(self) -> Any:
        """Return the data markers of runs. They are `ancient`, so that fetching data does not cause a training."""
        marker = cache(lambda path: ancient(str(data_marker(self._plan.lab, path))))
        return self.per_run(lambda run: [marker(path) for path in run.data])

    def stored_data(self, stored: Callable[[str], Any]) -> Any:
        """Return the archives of the data of runs. `stored` returns a path in the storage of the build."""
        archive = cache(lambda path: stored(f".proband/packs/data/{digest(path)}.tar"))
        return lambda wildcards: [archive(path) for path in self._plan.run(wildcards).data]

    def fingerprint(self) -> Any:
        """Return the fingerprints of runs. Another value than the recorded one makes Snakemake show a training."""
        return self.per_run(
            lambda run: f"{run.fingerprint} repeated" if _id(run) in self._repeated else run.fingerprint
        )

    def resource(self, name: str) -> Any:
        return self.per_run(lambda run: getattr(run.resources, name))

    def data_path(self, wildcards: Any) -> str:
        """Return the path whose marker has the digest in the wildcards."""
        return str(next(path for path in self._plan.compiled.data if digest(path) == wildcards.data))

    def per_run(self, value: Callable[[PlannedRun | RunJob], Any]) -> Any:
        """Return one value if it is the same for all runs, else a function of the wildcards.

        Snakemake calls such functions several times for each job. With ten thousand jobs, these calls take most of the
        time.
        """
        first, *others = self._plan.runs or [_NO_RUN]
        value_of_first = value(first)
        if all(value(run) == value_of_first for run in others):
            return value_of_first
        return with_cached_signature(lambda wildcards: value(self._plan.run(wildcards)))
