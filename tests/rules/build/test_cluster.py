"""Trainings request the resources of their runs, and short trainings form packs.

tests/end_to_end/test_slurm.py checks the resources that SLURM receives.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from inspect import signature
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.plan.planned_run import PlannedRun
from rules.build.cluster import Cluster
from rules.build.run_values import RunValues
from tests.plans import planned_run

WILDCARDS = [SimpleNamespace(run=name) for name in ("a", "b", "c")]


class Plan:
    """A plan of up to three runs, a, b and c, given by the resources in which they differ from the defaults."""

    def __init__(self, *resources: dict[str, Any]) -> None:
        self._runs = {name: planned_run(name, **values) for name, values in zip("abc", resources, strict=False)}

    @property
    def runs(self) -> list[PlannedRun]:
        return list(self._runs.values())

    def run(self, wildcards: Any) -> PlannedRun:
        return self._runs[wildcards.run]


class Snakemake(SimpleNamespace):
    """Replaces Snakemake's workflow. `remote`: inside a job; `jobs`: number of trainings in that job."""

    def __init__(self, submits: bool = True, remote: bool = False, jobs: int = 0) -> None:
        super().__init__(
            resource_settings=SimpleNamespace(nodes=10 if submits else None),
            remote_exec=remote,
            registered={},
            group_settings=SimpleNamespace(group_components={"user_group": 2}),
            scheduler=SimpleNamespace(keepgoing=False),
            dag_settings=SimpleNamespace(target_jobs=[None] * jobs),
        )

    def register_resource(self, name: str, value: int) -> None:
        self.registered[name] = value


def cluster_of(workflow: Snakemake, plan: Any, begin_pack: Callable[[str], object] = lambda run: None) -> Cluster:
    return Cluster(workflow, plan, RunValues(plan), begin_pack)


def evaluate(resource: Any, run: int = 0, attempt: int = 1) -> Any:
    """Return the value of a resource, as Snakemake evaluates it."""
    if not callable(resource):
        return resource
    names = signature(resource).parameters
    return resource(WILDCARDS[run], *([attempt] if "attempt" in names else []))


RESOURCES: dict[str, tuple[tuple[dict[str, Any], ...], set[str]]] = {
    "the defaults": (({},), {"mem_mb", "runtime"}),
    "a partition": (({"partition": "short"},), {"mem_mb", "runtime", "slurm_partition"}),
    "an account": (({"account": "me"},), {"mem_mb", "runtime", "slurm_account"}),
    "a GPU": (({"gpus": 1},), {"mem_mb", "runtime", "gpus", "gpu"}),
    "a partition of one run": (({}, {"partition": "short"}), {"mem_mb", "runtime", "slurm_partition"}),
    "a pack": (({"pack": 2},), {"mem_mb", "runtime", "turn"}),
    "no runs": ((), set()),
}


@pytest.mark.parametrize(("runs", "names"), RESOURCES.values(), ids=RESOURCES)
def test_resources_that_no_run_sets_are_omitted(runs: tuple[dict[str, Any], ...], names: set[str]) -> None:
    assert set(cluster_of(Snakemake(), Plan(*runs)).resources) == names


@pytest.mark.parametrize(("submits", "expected"), [(True, [100, 200, 300]), (False, [100, 100, 100])])
def test_memory_grows_with_the_attempt_only_where_jobs_are_submitted(submits: bool, expected: list[int]) -> None:
    memory = cluster_of(Snakemake(submits), Plan({"mem_mb": 100})).resources["mem_mb"]
    assert [evaluate(memory, attempt=attempt) for attempt in (1, 2, 3)] == expected
    assert callable(memory) is submits  # a function for each job is expensive


def test_memory_grows_in_multiples_of_the_request_of_each_run() -> None:
    memory = cluster_of(Snakemake(), Plan({"mem_mb": 100}, {"mem_mb": 300})).resources["mem_mb"]
    assert (evaluate(memory, 0, 2), evaluate(memory, 1, 2)) == (200, 600)


def test_partition_is_none_for_runs_without_one() -> None:
    partition = cluster_of(Snakemake(), Plan({"partition": "short"}, {})).resources["slurm_partition"]
    assert (evaluate(partition, 0), evaluate(partition, 1)) == ("short", None)


def test_runs_with_equal_resources_form_packs_of_their_size() -> None:
    workflow = Snakemake()
    cluster = cluster_of(workflow, Plan({"pack": 2}, {"pack": 2}, {"pack": 2, "gpus": 1}))
    first, second, third = (cluster.group(wildcards) for wildcards in WILDCARDS)
    assert (first == second, first == third) == (True, False)
    assert workflow.group_settings.group_components == {first: 2, third: 2, "user_group": 2}
    assert workflow.registered == {"turn": 1}


def test_unpacked_runs_have_no_group() -> None:
    assert cluster_of(Snakemake(), Plan({}, {})).group is None
    mixed = cluster_of(Snakemake(), Plan({"pack": 2}, {}))
    assert mixed.group(WILDCARDS[1]) is None


def test_pack_is_ignored_without_cluster_submission() -> None:
    workflow = Snakemake(submits=False)
    cluster_of(workflow, Plan({"pack": 2}))
    assert workflow.registered == {}


PROCESSES: dict[str, tuple[dict[str, Any], int, bool]] = {
    "main process": ({}, 2, False),
    "process that starts the step": ({"remote": True, "jobs": 2}, 0, False),
    "inside a job": ({"submits": False, "remote": True, "jobs": 2}, 0, True),
}


@pytest.mark.parametrize(("settings", "retries", "keeps_going"), PROCESSES.values(), ids=PROCESSES)
def test_job_continues_after_a_crash_and_only_the_main_process_retries(
    settings: dict[str, Any], retries: int, keeps_going: bool
) -> None:
    workflow = Snakemake(**settings)
    cluster = cluster_of(workflow, Plan({"pack": 2}))
    assert (cluster.retries, evaluate(cluster.resources["turn"])) == (retries, 1)
    assert workflow.scheduler.keepgoing is keeps_going


PACKS: dict[str, tuple[dict[str, Any], bool]] = {
    "the build": ({"submits": True}, False),
    "the step that SLURM starts": ({"submits": True, "remote": True, "jobs": 2}, False),
    "the process that trains a pack": ({"submits": False, "remote": True, "jobs": 2}, True),
    "the process that trains one run": ({"submits": False, "remote": True, "jobs": 1}, False),
}


@pytest.mark.parametrize(("settings", "begins"), PACKS.values(), ids=PACKS)
def test_pack_begins_in_the_process_that_trains_it(settings: dict[str, Any], begins: bool) -> None:
    started_runs: list[str] = []
    cluster = cluster_of(Snakemake(**settings), Plan({"pack": 2}), started_runs.append)
    evaluate(cluster.resources["turn"])
    assert started_runs == (["a"] if begins else [])


def test_local_trainings_share_the_visible_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,7")
    monkeypatch.setenv("PROBAND_GPUS", "")
    workflow = Snakemake(submits=False)
    resources = cluster_of(workflow, Plan({"gpus": 0.5}, {"gpus": 1}, {})).resources
    assert [evaluate(resources["gpu_share"], run) for run in range(3)] == [50, 100, 0]
    assert [evaluate(resources["gpus"], run) for run in range(3)] == [1, 1, 0]
    assert workflow.registered == {"gpu_share": 200}
    assert os.environ["PROBAND_GPUS"] == "4,7"


def test_cluster_gives_whole_gpus_and_no_devices_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,7")
    monkeypatch.setenv("PROBAND_GPUS", "4,7")
    resources = cluster_of(Snakemake(), Plan({"gpus": 0.5})).resources
    assert (resources["gpus"], "gpu_share" in resources, "PROBAND_GPUS" in os.environ) == (1, False, False)
