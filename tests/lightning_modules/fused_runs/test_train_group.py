"""Runs of a group are stored as if each was trained alone, or they are left to their own jobs. Nothing waits."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from training_jobs import Clock, config, files_below

from compiler.base.identity import run_id
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.fusion.build_groups import BuildGroup, FusedBuild
from compiler.plan.planned_run import RunJob
from compiler.runs.provenance_record import read_run_provenance
from compiler.runs.run_status import read_complete_status
from compiler.spec.resources import Resources
from lightning_modules.fused.members import Member, NotFusable, TrainedMember
from lightning_modules.fused.proof import Proof
from lightning_modules.fused.train_alone import train_alone
from lightning_modules.fused_runs import train_group as module
from lightning_modules.fused_runs.child_process import run_in_child
from lightning_modules.fused_runs.train_group import train_group
from lightning_modules.run_store.reuse import reusable_status
from lightning_modules.run_store.run_lease import leased_folder
from lightning_modules.run_store.train_run import train_run

TRAINER = {"max_epochs": 1, "limit_train_batches": 3, "limit_val_batches": 2, "limit_test_batches": 2, "fuse": "auto"}
Ensemble = Callable[[Sequence[Member]], tuple[TrainedMember, ...]]


def member_job(seed: int, **model: float) -> RunJob:
    values = config(seed=seed, trainer=TRAINER, model=model)
    return RunJob(run_id(values, {}), values, {}, "cafe", Resources.of_config(values), ("digits_lr",))


def write_jobs(lab: Lab, jobs: Sequence[RunJob]) -> BuildGroup:
    for job in jobs:
        write_json(lab.run_job(job.run_id), job.to_json())
    return BuildGroup("group", tuple(sorted(job.run_id for job in jobs)), 8)


def each_alone(members: Sequence[Member]) -> tuple[TrainedMember, ...]:
    """Stand in for the ensemble: the result of each member is exactly that of a training alone."""
    return tuple(map(train_alone, members))


def compared(trained: TrainedMember, solo: TrainedMember) -> Proof:
    """Stand in for the proof: compare the metrics exactly."""
    assert trained.result
    assert solo.result
    is_equal = trained.result.test == solo.result.test
    return Proof(trained.run_id, 0.0 if is_equal else 1.0, is_equal, "" if is_equal else "its metrics differ")


class Group:
    """Three runs of a group, and the build that trains them."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.jobs = lab, [member_job(seed) for seed in range(3)]
        self.group = write_jobs(lab, self.jobs)
        self.build = FusedBuild(lab.fusion / "build")
        self.build.write([self.group])

    def train(self, number: int = 0) -> None:
        train_group(self.jobs[number], self.group, self.build, self.lab, None, Clock())

    @property
    def stored(self) -> list[bool]:
        return [reusable_status(job, self.lab) is not None for job in self.jobs]

    @property
    def leftovers(self) -> list[str]:
        partial = self.lab.partial_run("x").parent
        return sorted(path.name for path in partial.iterdir()) if partial.is_dir() else []


@pytest.fixture
def group(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Group:
    monkeypatch.setattr(module, "why_not_fusable", lambda _: "")
    monkeypatch.setattr(module, "train_members", each_alone)
    monkeypatch.setattr(module, "prove", compared)
    return Group(lab)


def test_members_have_the_files_of_a_run_that_was_trained_alone(group: Group) -> None:
    group.train()
    assert group.stored == [True, True, True]
    assert group.leftovers == []
    job = group.jobs[1]
    fused = group.lab.run(job.run_id).rename(group.lab.root / "fused")
    train_run(job, group.lab, 1, True, None)
    alone = group.lab.run(job.run_id)
    assert files_below(fused) == files_below(alone)
    for name in ("metrics.json", "eval_results.json", "history.csv", "final_model/model.safetensors"):
        assert (fused / "output" / name).read_bytes() == (alone / "output" / name).read_bytes(), name
    assert (fused / "output/final_model/sample.safetensors").stat().st_size > 0
    assert read_json(fused / "config.json") == read_json(alone / "config.json")
    assert read_json(fused / "provenance.json").keys() == read_json(alone / "provenance.json").keys()


def test_shared_time_is_recorded_as_shared(group: Group) -> None:
    group.train()
    ids = [group.jobs[0].run_id, *sorted(job.run_id for job in group.jobs[1:])]
    for job in group.jobs:
        fused = read_run_provenance(group.lab, job.run_id).fused
        assert fused is not None
        assert list(fused.members) == ids
        assert fused.proof.run_id in ids
        assert (fused.proof.prediction_deviation, fused.proof.metrics_equal) == (0.0, True)
        assert 0 < fused.proof.seconds < fused.seconds
        status = read_complete_status(group.lab.status(job.run_id))
        assert status is not None
        assert status.duration_seconds
        assert fused.seconds / 3 < status.duration_seconds
        measured = read_json(group.lab.run(job.run_id) / "output/system_metrics.json")
        assert (measured["ensemble_members"], measured["ensemble_seconds"]) == (3, fused.seconds)
        assert measured["wall_seconds"] == pytest.approx(fused.seconds / 3)


def test_each_member_has_its_own_seed_and_config_in_the_provenance(group: Group) -> None:
    group.train()
    records = [read_run_provenance(group.lab, job.run_id) for job in group.jobs]
    assert [record.seed for record in records] == [0, 1, 2]
    assert len({record.config_sha256 for record in records}) == 3


def raising(error: Exception) -> Ensemble:
    def ensemble(_: Sequence[Member]) -> tuple[TrainedMember, ...]:
        raise error

    return ensemble


def with_changed_weights(members: Sequence[Member]) -> tuple[TrainedMember, ...]:
    """Stand in for a model that claims to be fusable: each member is trained with the seed of another one."""
    trained = each_alone([replace(member, config={**member.config, "seed": 7}) for member in members])
    return tuple(replace(result, run_id=member.run_id) for result, member in zip(trained, members, strict=True))


FAILURES: dict[str, Ensemble] = {
    "exception": raising(RuntimeError("vmap: no batching rule")),
    "not fusable": raising(NotFusable("its optimizer is unknown")),
    "memory": raising(MemoryError()),
    "every member fails": lambda members: tuple(replace(r, error=ValueError("NaN")) for r in each_alone(members)),
    "wrong results": with_changed_weights,
}


@pytest.mark.parametrize("ensemble", FAILURES.values(), ids=FAILURES)
def test_nothing_is_stored_if_the_ensemble_fails(
    ensemble: Ensemble, group: Group, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "train_members", ensemble)
    group.train()
    assert group.stored == [False, False, False]
    assert group.leftovers == []
    assert group.build.is_off(group.group)
    assert "3 runs are not trained together, but each alone" in capsys.readouterr().err


def test_a_member_that_fails_is_left_to_its_own_job(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = group.jobs[1].run_id

    def ensemble(members: Sequence[Member]) -> tuple[TrainedMember, ...]:
        trained = each_alone(members)
        return tuple(replace(r, error=ValueError("NaN")) if r.run_id == failing else r for r in trained)

    monkeypatch.setattr(module, "train_members", ensemble)
    group.train()
    assert group.stored == [True, False, True]
    assert group.leftovers == []
    fused = read_run_provenance(group.lab, group.jobs[0].run_id).fused
    assert fused is not None
    assert failing in fused.members
    assert fused.proof.run_id != failing


def test_a_run_that_another_process_trains_is_left(group: Group) -> None:
    other = group.jobs[1].run_id
    group.lab.run_lock(other).parent.mkdir(parents=True, exist_ok=True)
    with FileLock(group.lab.run_lock(other)):
        group.train()
    assert group.stored == [True, False, True]


def test_a_run_whose_lock_file_was_deleted_is_left_to_its_writer(group: Group) -> None:
    other = group.jobs[1].run_id
    with leased_folder(group.lab.partial_run(other), Clock()()):
        group.train()
        assert group.lab.partial_run(other).is_dir()
    assert group.stored == [True, False, True]


def test_a_job_whose_run_is_taken_trains_the_others(group: Group) -> None:
    own = group.jobs[0].run_id
    group.lab.run_lock(own).parent.mkdir(parents=True, exist_ok=True)
    with FileLock(group.lab.run_lock(own)):
        group.train()
    assert group.stored == [False, True, True]


def test_finished_runs_are_not_trained_again(group: Group) -> None:
    train_run(group.jobs[2], group.lab, 1, True, None)
    before = group.lab.status(group.jobs[2].run_id).read_bytes()
    group.train()
    assert group.stored == [True, True, True]
    assert group.lab.status(group.jobs[2].run_id).read_bytes() == before


def test_a_run_with_a_checkpoint_resumes_alone(group: Group) -> None:
    group.lab.checkpoint(group.jobs[1].run_id).mkdir(parents=True)
    group.train()
    assert group.stored == [True, False, True]


def test_one_run_is_no_ensemble(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "train_members", raising(AssertionError()))
    for job in group.jobs[1:]:
        train_run(job, group.lab, 1, True, None)
    group.train()
    assert not group.stored[0]
    assert not group.build.is_off(group.group)


ALTERED: dict[str, Callable[[RunJob], dict[str, Any]]] = {
    "forged config": lambda job: {**job.to_json(), "config": {**job.config, "seed": 9}},
    "another group": lambda job: member_job(1, hidden=32).to_json(),
    "other code": lambda job: {**job.to_json(), "fingerprint": "beef"},
}


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED)
def test_a_job_file_that_does_not_belong_to_the_group_is_left(
    alter: Callable[[RunJob], dict[str, Any]], group: Group
) -> None:
    altered = alter(group.jobs[1])
    file = group.lab.run_job(group.jobs[1].run_id)
    file.write_text(json.dumps(altered), encoding="utf-8")
    group.train()
    assert group.stored == [True, False, True]


def test_a_member_that_cannot_be_stored_does_not_stop_the_others(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    store = module.store_member

    def full_disk(held: Any, *others: Any) -> None:
        if held.job.run_id == group.jobs[1].run_id:
            raise OSError(28, "no space left on device")
        store(held, *others)

    monkeypatch.setattr(module, "store_member", full_disk)
    group.train()
    assert group.stored == [True, False, True]
    assert group.leftovers == []


def interrupting(members: Sequence[Member]) -> tuple[TrainedMember, ...]:
    os.kill(os.getpid(), signal.SIGTERM)
    return each_alone(members)


def test_an_interrupt_discards_the_ensemble(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "train_members", interrupting)
    with pytest.raises(KeyboardInterrupt):
        group.train()
    assert group.stored == [False, False, False]
    assert group.leftovers == []
    assert not group.build.is_off(group.group)


def test_members_that_were_stored_before_a_kill_are_kept_and_the_others_are_trained(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = module.store_member

    def killed_at_the_second(held: Any, *others: Any) -> None:
        if any(group.stored):
            os.kill(os.getpid(), signal.SIGKILL)
        store(held, *others)

    monkeypatch.setattr(module, "store_member", killed_at_the_second)
    assert run_in_child(group.train, lambda: None) == -signal.SIGKILL
    assert group.stored == [True, False, False]
    before = group.lab.status(group.jobs[0].run_id).read_bytes()
    monkeypatch.setattr(module, "store_member", store)
    group.train(1)
    assert group.stored == [True, True, True]
    assert group.leftovers == []
    assert group.lab.status(group.jobs[0].run_id).read_bytes() == before


def test_two_jobs_at_once_train_each_run_once(group: Group) -> None:
    group.jobs.append(member_job(3))
    group.group = replace(write_jobs(group.lab, group.jobs), size=2)
    processes = [get_context("fork").Process(target=group.train, args=(number,)) for number in (0, 1)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert group.stored == [True, True, True, True]
    fused = [read_run_provenance(group.lab, job.run_id).fused for job in group.jobs]
    assert sorted(len(entry.members) for entry in fused if entry) == [2, 2, 2, 2]
    assert group.leftovers == []


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("work", "code"),
    [(lambda: None, 0), (_killed, -signal.SIGKILL), (lambda: 1 / 0, 1)],
    ids=["success", "killed", "exception"],
)
def test_the_end_of_the_child_does_not_end_its_parent(work: Callable[[], object], code: int) -> None:
    assert run_in_child(work, lambda: None) == code


def test_the_child_is_stopped_with_its_parent(tmp_path: Path) -> None:
    import time

    mark = tmp_path / "child"

    def child() -> None:
        mark.write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(60)

    process = get_context("fork").Process(target=run_in_child, args=(child, lambda: None))
    process.start()
    while not mark.exists() or not mark.read_text(encoding="utf-8"):
        time.sleep(0.01)
    process.terminate()
    process.join(20)
    assert process.exitcode != 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text(encoding="utf-8")), 0)
