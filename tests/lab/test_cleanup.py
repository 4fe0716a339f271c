"""What `proband clean` deletes: never a run that is planned, named, linked or in training, nothing during a build."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from filelock import FileLock

from compiler.base.diagnostics import InputError
from compiler.base.json_files import read_json, write_json, write_text
from compiler.base.lease import LEASE, Lease
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.registration.chain import read_chain
from compiler.registration.evidence import known_runs
from compiler.registration.used_seeds import seeds_of_finished_runs
from lab.cleanup.delete import BuildIsRunning, delete, no_build
from lab.cleanup.garbage import NotCollectable, find_garbage
from proband.cli.main import main
from tests.compiler.registration.chains import look, register
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab
from tests.plans import plan_of, planned_experiment
from tests.stored_runs import store_run

PLANNED = "aaaaaaaaaaaa"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def plan(*runs: str) -> Plan:
    return plan_of(planned_experiment("study", {run: {"lr": number} for number, run in enumerate((PLANNED, *runs))}))


def clock() -> datetime:
    return datetime(2030, 1, 2, tzinfo=UTC)


def deletable(lab: Lab, plan: Plan) -> list[str]:
    return [item.path.relative_to(lab.root).as_posix() for item in find_garbage(lab, plan).garbage]


def test_orphan_that_nothing_names_can_be_deleted(lab: Lab) -> None:
    planned, orphan = store_run(lab, 0), store_run(lab, 1)
    failed = store_run(lab, 2, status="failed", error={"kind": "error", "message": "m"})
    collection = find_garbage(lab, plan(planned))
    assert sorted(str(item.run) for item in collection.garbage) == sorted([orphan, failed])
    assert {item.kind for item in collection.garbage} == {"orphan run"}
    assert collection.size > 2000


def in_registration(lab: Lab, run: str) -> None:
    register(lab, run)


def in_look(lab: Lab, run: str) -> None:
    look(lab, run)


def in_results(lab: Lab, run: str) -> None:
    write_json(lab.results_file("old"), {"runs": [{"run_id": run}]})


def in_report(lab: Lab, run: str) -> None:
    write_text(lab.report("old", "technical_report", ".md"), f"See run {run}.\n")


def in_link_of_an_experiment(lab: Lab, run: str) -> None:
    folder = lab.experiment("old") / "runs"
    folder.mkdir(parents=True)
    (folder / "base").symlink_to(f"../../../runs/{run}")


def in_spec(lab: Lab, run: str) -> None:
    write_text(lab.conf / "model/tuned.yaml", f"weights: results/runs/{run}/output/final_model\n")


def in_text_of_the_lab(lab: Lab, run: str) -> None:
    write_text(lab.root / "notes.md", f"The odd one is {run}")


def in_approval(lab: Lab, run: str) -> None:
    write_json(lab.root / "approvals/publication.json", {"runs": [run]})


def in_pointer_of_the_archive(lab: Lab, run: str) -> None:
    write_text(lab.root / f"archive/runs/{run}.dvc", f"wdir: ../..\nouts:\n- path: results/runs/{run}\n")


def in_name_of_a_damaged_pointer(lab: Lab, run: str) -> None:
    write_text(lab.root / f"archive/runs/{run}.dvc", "<<<<<<< HEAD\n")


def in_reproduction(lab: Lab, run: str) -> None:
    write_json(lab.root / "reproductions/a.json", {"run_id": run})


def in_name_of_a_damaged_reproduction(lab: Lab, run: str) -> None:
    write_text(lab.root / f"reproductions/20300101T000000Z-{run}.json", "")


def in_metrics_of_an_experiment(lab: Lab, run: str) -> None:
    write_json(lab.metrics("old"), {"runs": [run]})


def in_zipped_publication(lab: Lab, run: str) -> None:
    folder = lab.root / "publication"
    folder.mkdir()
    with ZipFile(folder / "old.zip", "w", ZIP_DEFLATED) as archive:
        archive.writestr(f"runs/{run}/status.json", "{}")


def in_config_of_a_planned_run(lab: Lab, run: str) -> None:
    write_json(lab.run(PLANNED) / "config.json", {"config": {"model": {"start": f"results/runs/{run}/x"}}})


def in_a_large_file_across_two_chunks(lab: Lab, run: str) -> None:
    write_text(lab.facts("old"), "x" * ((1 << 20) - 6) + run + "x")


NAMED: list[Callable[[Lab, str], None]] = [
    in_registration,
    in_look,
    in_results,
    in_report,
    in_link_of_an_experiment,
    in_spec,
    in_text_of_the_lab,
    in_approval,
    in_config_of_a_planned_run,
    in_pointer_of_the_archive,
    in_name_of_a_damaged_pointer,
    in_reproduction,
    in_name_of_a_damaged_reproduction,
    in_metrics_of_an_experiment,
    in_zipped_publication,
    in_a_large_file_across_two_chunks,
]


@pytest.mark.parametrize("name", NAMED, ids=lambda name: name.__name__)
@pytest.mark.parametrize("status", ["completed", "failed"])
def test_named_orphan_is_kept(lab: Lab, name: Callable[[Lab, str], None], status: str) -> None:
    run = store_run(lab, status=status)
    name(lab, run)
    collection = find_garbage(lab, plan())
    assert collection.garbage == ()
    assert collection.kept[run].startswith("named by ")


def test_run_that_a_kept_orphan_names_is_kept(lab: Lab) -> None:
    first, second = store_run(lab, 0), store_run(lab, 1)
    write_json(lab.run(first) / "config.json", {"config": {"start": f"results/runs/{second}"}})
    in_results(lab, first)
    assert deletable(lab, plan()) == []


def test_hash_that_contains_the_id_does_not_name_the_run(lab: Lab) -> None:
    run = store_run(lab)
    write_text(lab.facts("old"), f'{{"sha256": "0{run}"}}')
    assert deletable(lab, plan()) == [f"results/runs/{run}"]


def test_damaged_chain_deletes_nothing(lab: Lab) -> None:
    run = store_run(lab)
    register(lab, run)
    lab.registrations.write_bytes(lab.registrations.read_bytes()[:-10])
    with pytest.raises(InputError, match="truncated"):
        find_garbage(lab, plan())


def test_spec_that_does_not_compile_deletes_nothing(lab: Lab) -> None:
    store_run(lab)
    broken = plan()
    object.__setattr__(broken, "broken", {"bad": ("a mistake",)})
    with pytest.raises(NotCollectable, match="bad: does not compile"):
        find_garbage(lab, broken)


def test_lab_without_experiments_deletes_nothing(lab: Lab) -> None:
    store_run(lab)
    with pytest.raises(NotCollectable, match="every run would be an orphan"):
        find_garbage(lab, plan_of(planned_experiment("shipped", {PLANNED: {}}, is_own=False)))


def test_link_in_the_run_store_is_neither_deleted_nor_followed(
    lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("home")
    (elsewhere / "precious").write_text("x", encoding="utf-8")
    lab.run("").mkdir(parents=True)
    lab.run("0123456789ab").symlink_to(elsewhere)
    orphan = store_run(lab)
    (lab.run(orphan) / "link").symlink_to(elsewhere)
    collection = find_garbage(lab, plan())
    assert [item.run for item in collection.garbage] == [orphan]
    assert collection.kept["0123456789ab"] == "is a link (delete it by hand)"
    delete(lab, collection.garbage, clock)
    assert (elsewhere / "precious").exists()


@pytest.mark.parametrize(
    ("lease", "is_deleted"),
    [
        pytest.param(None, True, id="no lease"),
        pytest.param(Lease.of_this_process(), False, id="this process trains it"),
        pytest.param(Lease(Lease.of_this_process().host, 2**22 + 1, 1.0), True, id="dead process"),
        pytest.param(Lease("another-machine", 1, 1.0), False, id="another machine"),
    ],
)
@pytest.mark.parametrize("run", [PLANNED, "0123456789ab"], ids=["planned", "orphan"])
def test_unfinished_run_is_deleted_unless_it_may_be_in_training(
    lab: Lab, lease: Lease | None, is_deleted: bool, run: str
) -> None:
    folder = lab.partial_run(run)
    folder.mkdir(parents=True)
    if lease is not None:
        content = {"host": lease.host, "pid": lease.pid, "process_started": lease.process_started}
        write_json(folder / LEASE, content)
        os.utime(folder / LEASE, (0, 0))
    assert deletable(lab, plan()) == ([f"results/runs/.partial/{run}"] if is_deleted else [])


def test_checkpoint_of_a_planned_run_and_a_complete_partial_run_are_kept(lab: Lab) -> None:
    lab.checkpoint(PLANNED).mkdir(parents=True)
    lab.checkpoint("0123456789ab").mkdir()
    write_json(lab.partial_run(PLANNED) / "status.json", {"status": "completed"})
    assert deletable(lab, plan()) == ["results/runs/.partial/0123456789ab.checkpoint"]


MACHINE_FAILURE = {"status": "failed", "error": {"kind": "no_space", "message": "m"}}
FAILURE = {"status": "failed", "error": {"kind": "error", "message": "m"}}

# changes of the status, whether a build has reset it, fingerprint of the checkpoint, kind, kind with --checkpoints
CHECKPOINTS: dict[str, tuple[dict[str, Any], bool, str, str | None, str | None]] = {
    "completed": ({}, False, "c0de", "checkpoint of a finished run", "checkpoint of a finished run"),
    "failed": (FAILURE, False, "c0de", "checkpoint of a finished run", "checkpoint of a finished run"),
    "machine failed": (MACHINE_FAILURE, False, "c0de", None, "checkpoint of a failed run"),
    "machine failed, reset": (MACHINE_FAILURE, True, "c0de", None, "checkpoint of a failed run"),
    "interrupted with other code": ({}, False, "other", None, None),
    "damaged checkpoint": ({}, False, "", None, None),
}


@pytest.mark.parametrize(
    ("status", "is_reset", "code", "kind", "resumable_kind"), CHECKPOINTS.values(), ids=CHECKPOINTS
)
def test_checkpoint_of_a_planned_run_is_deleted_when_nothing_resumes_from_it(
    lab: Lab, status: dict[str, Any], is_reset: bool, code: str, kind: str | None, resumable_kind: str | None
) -> None:
    run = store_run(lab, **status)
    if is_reset:
        lab.status(run).replace(lab.machine_failure(run))
    write_json(lab.checkpoint(run) / "checkpoint.json", {"fingerprint": code} if code else [])
    usual, with_failed = find_garbage(lab, plan(run)), find_garbage(lab, plan(run), resumable=True)
    assert [item.kind for item in usual.garbage] == ([kind] if kind else [])
    assert [item.kind for item in with_failed.garbage] == ([resumable_kind] if resumable_kind else [])
    assert ("resumes its failed training" in usual.kept.get(run, "")) is (kind != resumable_kind)
    delete(lab, with_failed.garbage, clock)
    assert lab.checkpoint(run).exists() is (resumable_kind is None)
    assert (lab.run(run) / "provenance.json").is_file()
    assert not lab.deleted_run(run).exists()


def test_checkpoint_of_a_failed_run_that_trains_again_is_kept(lab: Lab) -> None:
    run = store_run(lab, **MACHINE_FAILURE)
    write_json(lab.checkpoint(run) / "checkpoint.json", {"fingerprint": "c0de"})
    lease = Lease.of_this_process()
    content = {"host": lease.host, "pid": lease.pid, "process_started": lease.process_started}
    write_json(lab.partial_run(run) / LEASE, content)
    assert find_garbage(lab, plan(run), resumable=True).garbage == ()


def test_caches_are_deleted_and_answers_of_language_models_are_kept(lab: Lab) -> None:
    for name in ("cache/check.json", "plan-0123.json", "plan.json", "answers/a.json", f"runs/{PLANNED}.json"):
        write_json(lab.state / name, {})
    write_json(lab.run_job("0123456789ab"), {})
    assert deletable(lab, plan()) == [".proband/cache", ".proband/plan-0123.json", ".proband/runs/0123456789ab.json"]


def test_deleted_run_stays_known_and_its_seed_stays_used(lab: Lab) -> None:
    run = store_run(lab, seed=7)
    assert delete(lab, find_garbage(lab, plan()).garbage, clock)
    assert not lab.run(run).exists()
    record = read_json(lab.deleted_run(run))
    assert (record["run_id"], record["status"], record["deleted_at"]) == (run, "completed", "2030-01-02T00:00:00+00:00")
    assert known_runs(lab, read_chain(lab.registrations), "study", [run]) == [run]
    assert list(seeds_of_finished_runs(lab)) == [7]
    assert deletable(lab, plan()) == []


def test_interrupted_deletion_is_completed_by_the_next(lab: Lab) -> None:
    run = store_run(lab)
    delete(lab, find_garbage(lab, plan()).garbage, clock)
    leftover = lab.deleted_run(run).with_suffix("")
    leftover.mkdir()
    assert deletable(lab, plan()) == [f"results/runs/.deleted/{run}"]
    delete(lab, find_garbage(lab, plan()).garbage, clock)
    assert lab.deleted_run(run).is_file()
    assert not leftover.exists()


def test_run_whose_lock_is_held_is_not_deleted(lab: Lab) -> None:
    run = store_run(lab)
    lab.run_lock(run).parent.mkdir(parents=True)
    with FileLock(lab.run_lock(run)):
        assert delete(lab, find_garbage(lab, plan()).garbage, clock) == []
    assert lab.status(run).is_file()


@pytest.mark.parametrize("creates_lock", [False, True], ids=["list", "delete"])
def test_nothing_is_done_while_a_build_runs(lab: Lab, creates_lock: bool) -> None:
    lab.state.mkdir()
    with (lab.state / "driver.lock").open("w") as build:
        fcntl.flock(build, fcntl.LOCK_SH)
        with pytest.raises(BuildIsRunning, match="a build is running"), no_build(lab, creates_lock=creates_lock):
            pass
    with no_build(lab, creates_lock=creates_lock):
        pass


def test_lab_that_cannot_be_written_is_told(lab: Lab) -> None:
    run = store_run(lab)
    lab.state.write_text("a file in the place of the folder", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"), no_build(lab, creates_lock=True):
        pass
    lab.state.unlink()
    lab.deleted_run(run).parent.write_text("a file in the place of the folder", encoding="utf-8")
    with pytest.raises(InputError, match=r"\.deleted.*cannot be deleted"):
        delete(lab, find_garbage(lab, plan()).garbage, clock)
    assert lab.status(run).is_file()


def test_listing_creates_no_lock(lab: Lab) -> None:
    with no_build(lab, creates_lock=False):
        pass
    assert not lab.state.exists()


def test_command_lists_first_and_deletes_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab = write_lab(tmp_path, FILES)
    run = store_run(lab)
    assert main(["-C", str(tmp_path), "clean"]) == 0
    listed = capsys.readouterr()
    assert f"results/runs/{run}" in listed.out
    assert listed.err == "nothing was deleted (proband clean --delete deletes it)\n"
    assert lab.status(run).is_file()
    assert main(["-C", str(tmp_path), "clean", "--delete", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["schema_version"], document["deleted"]) == (1, True)
    assert [item["run"] for item in document["garbage"]] == [run]
    assert not lab.run(run).exists()


def test_command_refuses_while_a_spec_does_not_compile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab = write_lab(tmp_path, FILES | {"bad": spec("experiment: {hypotesis: Much.}\n")})
    run = store_run(lab)
    assert main(["-C", str(tmp_path), "clean", "--delete"]) == 2
    assert "unknown key 'hypotesis'" in capsys.readouterr().err
    assert lab.status(run).is_file()
