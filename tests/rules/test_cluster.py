"""What Snakemake is told about the jobs it submits; that SLURM gets it, tests/end_to_end/test_slurm.py shows."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.plan.planned_run import PlannedRun
from rules.build.cluster import Cluster
from tests.plans import planned_run

WILDCARDS = [SimpleNamespace(run=name) for name in ("a", "b", "c")]


class Plan:
    """The runs a, b, … of a plan, by what they ask for beside the defaults."""

    def __init__(self, *asked: dict[str, Any]) -> None:
        self.runs = {name: planned_run(name, **one) for name, one in zip("abc", asked, strict=False)}

    @property
    def entries(self) -> list[PlannedRun]:
        return list(self.runs.values())

    def entry(self, wildcards: Any) -> PlannedRun:
        return self.runs[wildcards.run]

    def resource(self, name: str) -> Any:
        values = [getattr(run.resources, name) for run in self.runs.values()]
        same = all(value == values[0] for value in values)
        return values[0] if same else lambda wildcards: getattr(self.runs[wildcards.run].resources, name)


def snakemake(submits: bool = True, remote: bool = False, jobs: int = 0) -> Any:
    return SimpleNamespace(
        resource_settings=SimpleNamespace(nodes=10 if submits else None),
        remote_exec=remote,
        resource_scopes={},
        global_resources={},
        group_settings=SimpleNamespace(group_components={"mine": 2}),
        dag_settings=SimpleNamespace(target_jobs=[None] * jobs),
        scheduler=SimpleNamespace(keepgoing=False),
    )


def cluster_of(workflow: Any, plan: Plan, begin_pack: Callable[[str], object] = lambda run: None) -> Cluster:
    return Cluster(workflow, plan, begin_pack)  # type: ignore[arg-type]


def value(found: Any, run: int = 0, attempt: int = 1) -> Any:
    """As Snakemake evaluates a resource."""
    if not callable(found):
        return found
    names = signature(found).parameters
    return found(WILDCARDS[run], *([attempt] if "attempt" in names else []))


ASKED: dict[str, tuple[Any, tuple[dict[str, Any], ...], set[str]]] = {
    "nothing but the defaults": (snakemake, ({},), {"mem_mb", "runtime"}),
    "a partition": (snakemake, ({"partition": "short"},), {"mem_mb", "runtime", "slurm_partition"}),
    "an account": (snakemake, ({"account": "me"},), {"mem_mb", "runtime", "slurm_account"}),
    "a GPU": (snakemake, ({"gpus": 1},), {"mem_mb", "runtime", "gpus", "gpu"}),
    "of one run only": (snakemake, ({}, {"partition": "short"}), {"mem_mb", "runtime", "slurm_partition"}),
    "packed": (snakemake, ({"pack": 2},), {"mem_mb", "runtime", "turn"}),
    "no runs": (snakemake, (), set()),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_only_what_some_run_asks_for_is_passed(case: str) -> None:
    make, runs, expected = ASKED[case]
    assert set(cluster_of(make(), Plan(*runs)).asked) == expected


@pytest.mark.parametrize(("submits", "expected"), [(True, [100, 200, 300]), (False, [100, 100, 100])])
def test_memory_grows_with_the_attempt_where_jobs_are_submitted(submits: bool, expected: list[int]) -> None:
    memory = cluster_of(snakemake(submits), Plan({"mem_mb": 100})).asked["mem_mb"]
    assert [value(memory, attempt=attempt) for attempt in (1, 2, 3)] == expected
    assert callable(memory) is submits  # a function for each job is dear


def test_memory_grows_from_what_each_run_asks_for() -> None:
    memory = cluster_of(snakemake(), Plan({"mem_mb": 100}, {"mem_mb": 300})).asked["mem_mb"]
    assert (value(memory, 0, 2), value(memory, 1, 2)) == (200, 600)


def test_a_partition_of_some_runs_is_none_for_the_others() -> None:
    partition = cluster_of(snakemake(), Plan({"partition": "short"}, {})).asked["slurm_partition"]
    assert (value(partition, 0), value(partition, 1)) == ("short", None)


def test_runs_that_ask_for_the_same_make_packs_of_their_size() -> None:
    workflow = snakemake()
    cluster = cluster_of(workflow, Plan({"pack": 2}, {"pack": 2}, {"pack": 2, "gpus": 1}))
    first, second, third = (cluster.group(one) for one in WILDCARDS)
    assert (first == second, first == third) == (True, False)
    assert workflow.group_settings.group_components == {first: 2, third: 2, "mine": 2}
    assert (workflow.resource_scopes, workflow.global_resources) == ({"turn": "local"}, {"turn": 1})


def test_what_is_not_packed_has_no_group() -> None:
    assert cluster_of(snakemake(), Plan({}, {})).group is None
    mixed = cluster_of(snakemake(), Plan({"pack": 2}, {}))
    assert mixed.group(WILDCARDS[1]) is None


def test_packs_mean_nothing_where_nothing_is_submitted() -> None:
    workflow = snakemake(submits=False)
    cluster_of(workflow, Plan({"pack": 2}))
    assert workflow.global_resources == {}


ATTEMPTS: dict[str, tuple[Callable[[], Any], int, bool]] = {
    "main process": (snakemake, 2, False),
    "within a job": (lambda: snakemake(submits=False, remote=True, jobs=2), 0, True),
}


@pytest.mark.parametrize("case", ATTEMPTS)
def test_a_job_goes_on_with_its_other_runs_and_leaves_trying_again_to_the_main_process(case: str) -> None:
    make, retries, goes_on = ATTEMPTS[case]
    workflow = make()
    cluster = cluster_of(workflow, Plan({"pack": 2}))
    assert (cluster.retries, value(cluster.asked["turn"])) == (retries, 1)
    assert workflow.scheduler.keepgoing is goes_on


PROCESSES: dict[str, tuple[dict[str, Any], bool]] = {
    "the build": ({"submits": True}, False),
    "the step that SLURM starts": ({"submits": True, "remote": True, "jobs": 2}, False),
    "what trains a pack": ({"submits": False, "remote": True, "jobs": 2}, True),
    "what trains one run": ({"submits": False, "remote": True, "jobs": 1}, False),
}


@pytest.mark.parametrize("process", PROCESSES)
def test_a_pack_begins_in_the_process_that_trains_it(process: str) -> None:
    about, expected = PROCESSES[process]
    begun: list[str] = []
    cluster = cluster_of(snakemake(**about), Plan({"pack": 2}), begun.append)
    value(cluster.asked["turn"])
    assert begun == (["a"] if expected else [])
