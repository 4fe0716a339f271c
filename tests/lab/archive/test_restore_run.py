"""Restore single runs from a cache whose content was changed: nothing is left, and the message has both hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from compiler.base.json_files import read_json, write_json, write_text
from compiler.base.lease import LEASE, Lease
from compiler.base.paths import Lab
from lab.archive.content import Cache, WrongContent
from lab.archive.pointers.pointer import Out, RunPointer
from lab.archive.restore_run import InTraining, Present, present_run, restore_run
from tests.lab.archive.small_archive import contents
from tests.stored_runs import METRICS, flip_byte, store_run, write_status


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path / "lab")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def stored(cache: Cache, folder: Path, run: str, extra: dict[str, bytes] | None = None) -> RunPointer:
    """Store a folder as DVC does, and return a pointer to it."""
    files = contents(folder) | (extra or {})
    listing = [{"md5": _put(cache, content, ""), "relpath": path} for path, content in sorted(files.items())]
    return RunPointer(run, "c0de", Out(f"results/runs/{run}", _put(cache, json.dumps(listing).encode(), ".dir"), 1))


def _put(cache: Cache, content: bytes, suffix: str) -> str:
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest() + suffix
    cache.object(md5).parent.mkdir(parents=True, exist_ok=True)
    cache.object(md5).write_bytes(content)
    return md5


def archived_run(lab: Lab, cache: Cache) -> tuple[RunPointer, dict[str, bytes]]:
    """Store a run, remove it from the lab, and return its pointer and its files."""
    run = store_run(lab)
    pointer, files = stored(cache, lab.run(run), run), contents(lab.run(run))
    lab.run(run).rename(lab.root.parent / "removed")
    return pointer, files


def nothing_is_left(lab: Lab, run: str) -> bool:
    return not lab.run(run).exists() and list(lab.partial_run(run).parent.iterdir()) == []


def test_run_is_restored_byte_for_byte_and_found(lab: Lab, cache: Cache) -> None:
    pointer, files = archived_run(lab, cache)
    assert present_run(lab, pointer) is Present.NOTHING
    restore_run(lab, cache, pointer)
    assert contents(lab.run(pointer.run_id)) == files
    assert present_run(lab, pointer) is Present.THIS_RUN


def test_changed_object_is_named_with_both_hashes_and_deleted(lab: Lab, cache: Cache) -> None:
    pointer, files = archived_run(lab, cache)
    md5 = hashlib.md5(files[METRICS], usedforsecurity=False).hexdigest()
    flip_byte(cache.object(md5))
    changed = hashlib.md5(cache.object(md5).read_bytes(), usedforsecurity=False).hexdigest()
    with pytest.raises(WrongContent) as error:
        restore_run(lab, cache, pointer)
    assert md5 in str(error.value)
    assert changed in str(error.value)
    assert METRICS in str(error.value)
    assert not cache.object(md5).exists()
    assert nothing_is_left(lab, pointer.run_id)


def lost_file(run: Path) -> None:
    (run / METRICS).unlink()


def forged_metric(run: Path) -> None:
    flip_byte(run / METRICS)


def forged_config(run: Path) -> None:
    write_json(run / "config.json", read_json(run / "config.json") | {"config": {"seed": 7}})
    write_status(Lab(run.parents[2]), run.name, {})


def added_output(run: Path) -> None:
    write_text(run / "output" / "more.json", "{}")


def added_lease(run: Path) -> None:
    write_text(run / LEASE, "{}")


def two_statuses(run: Path) -> None:
    write_json(run / "status.json", read_json(run / "status.json") | {"attempt": 2})


def no_status(run: Path) -> None:
    (run / ".status.json").unlink()


def other_status(run: Path) -> None:
    write_status(Lab(run.parents[2]), run.name, {"run_id": "0" * 12})


def other_code(run: Path) -> None:
    write_json(run / "provenance.json", {"fingerprint": "0ther"})
    write_status(Lab(run.parents[2]), run.name, {})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lost_file, f"{METRICS}: is not archived"),
        (forged_metric, "but the training recorded"),
        (forged_config, "config.json: its config and data versions have the run id"),
        (added_output, "output/more.json: is not among the files that the training recorded"),
        (added_lease, f"{LEASE}: is not among the files"),
        (two_statuses, "differs from its copy"),
        (no_status, "is missing, or differs from its copy"),
        (other_status, "status.json: belongs to run 000000000000"),
        (other_code, "provenance.json: has the fingerprint 0ther, the pointer has c0de"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_consistent_content_that_is_another_run_is_refused(
    lab: Lab, cache: Cache, change: Callable[[Path], None], problem: str
) -> None:
    run = store_run(lab)
    change(lab.run(run))
    pointer = stored(cache, lab.run(run), run)
    lab.run(run).rename(lab.root.parent / "removed")
    with pytest.raises(WrongContent) as error:
        restore_run(lab, cache, pointer)
    assert problem in str(error.value)
    assert nothing_is_left(lab, run)


@pytest.mark.parametrize("path", ["../outside", "/outside", "a/../../outside", "", "a//b", "./a", "a\0b"])
def test_listing_with_a_path_outside_the_run_is_refused(lab: Lab, cache: Cache, path: str) -> None:
    run = store_run(lab)
    pointer = stored(cache, lab.run(run), run, {path: b"x"})
    lab.run(run).rename(lab.root.parent / "removed")
    with pytest.raises(WrongContent, match="is no path inside the folder"):
        restore_run(lab, cache, pointer)
    assert not (lab.root.parent / "outside").exists()


@pytest.mark.parametrize(
    "listing",
    [b"[", b"{}", b'[{"relpath": "a"}]', b'[{"relpath": "a", "md5": "../x"}]', b"[1]"],
    ids=["truncated", "object", "no hash", "path as hash", "number"],
)
def test_damaged_listing_is_refused(lab: Lab, cache: Cache, listing: bytes) -> None:
    pointer = RunPointer("0" * 12, "c0de", Out("results/runs/000000000000", _put(cache, listing, ".dir"), 1))
    with pytest.raises(WrongContent):
        restore_run(lab, cache, pointer)
    assert not lab.run("0" * 12).exists()


def test_listing_with_a_file_that_is_also_a_folder_is_refused(lab: Lab, cache: Cache) -> None:
    run = store_run(lab)
    pointer = stored(cache, lab.run(run), run, {"config.json/x": b"x"})
    lab.run(run).rename(lab.root.parent / "removed")
    with pytest.raises(OSError, match=r"config\.json"):
        restore_run(lab, cache, pointer)
    assert nothing_is_left(lab, run)


def test_listing_that_names_a_file_twice_is_refused(cache: Cache) -> None:
    entry = {"relpath": "a", "md5": _put(cache, b"x", "")}
    with pytest.raises(WrongContent, match="names a file twice"):
        cache.files(Out("results/runs/x", _put(cache, json.dumps([entry, entry]).encode(), ".dir"), 1))


def test_damaged_run_is_kept_aside_and_replaced(lab: Lab, cache: Cache, capsys: pytest.CaptureFixture[str]) -> None:
    run = store_run(lab)
    pointer, files = stored(cache, lab.run(run), run), contents(lab.run(run))
    flip_byte(lab.run(run) / METRICS)
    changed = (lab.run(run) / METRICS).read_bytes()
    assert present_run(lab, pointer) is Present.DAMAGED
    restore_run(lab, cache, pointer)
    assert contents(lab.run(run)) == files
    assert (lab.results / "damaged" / f"{run}-1" / METRICS).read_bytes() == changed
    assert f"results/runs/{run}: had changed or missing files" in capsys.readouterr().err


def test_run_in_training_is_not_restored(lab: Lab, cache: Cache) -> None:
    pointer, _ = archived_run(lab, cache)
    lock = lab.run_lock(pointer.run_id)
    lock.parent.mkdir(parents=True)
    with FileLock(lock), pytest.raises(InTraining):
        restore_run(lab, cache, pointer)
    lease = Lease.of_this_process()
    write_json(lab.partial_run(pointer.run_id) / LEASE, lease.__dict__)
    with pytest.raises(InTraining, match=f"process {lease.pid}"):
        restore_run(lab, cache, pointer)
    assert not lab.run(pointer.run_id).exists()


def test_rest_of_a_killed_restore_is_replaced(lab: Lab, cache: Cache) -> None:
    pointer, files = archived_run(lab, cache)
    write_text(lab.partial_run(f"{pointer.run_id}.restored") / METRICS, "half of the fi")
    restore_run(lab, cache, pointer)
    assert contents(lab.run(pointer.run_id)) == files
    assert list(lab.partial_run("").iterdir()) == []
