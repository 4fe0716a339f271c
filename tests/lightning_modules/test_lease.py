"""Who may write the folder of a run: a live process is waited for, what a dead one left is cleared."""

from __future__ import annotations

import json
import os
import platform
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from compiler.base.lease import read_lease
from lightning_modules.failures.classify import TransientFailure
from lightning_modules.run_store.run_lease import check_lease_held, leased_folder, wait_for_writer

NOW = datetime(2030, 1, 1, tzinfo=UTC)
PATIENCE = 0.3


def write_lease(folder: Path, host: str, pid: int, started: float = 1.0) -> Path:
    folder.mkdir(exist_ok=True)
    lease = folder / "lease.json"
    lease.write_text(json.dumps({"host": host, "pid": pid, "process_started": started}), encoding="utf-8")
    return lease


def waiter(folder: Path) -> tuple[threading.Thread, list[str]]:
    said: list[str] = []
    return threading.Thread(target=lambda: wait_for_writer(folder, said.append, PATIENCE)), said


def test_a_live_process_is_waited_for(tmp_path: Path) -> None:
    own = psutil.Process().create_time()
    lease = write_lease(tmp_path / "run", platform.node(), os.getpid(), own)
    thread, said = waiter(tmp_path / "run")
    thread.start()
    thread.join(timeout=2 * PATIENCE)
    assert thread.is_alive(), "it must wait as long as the process lives and holds the lease"
    lease.unlink()
    thread.join()
    assert said == [f"run run is being trained by process {os.getpid()} on {platform.node()}; waiting for it to finish"]


def test_a_process_of_another_machine_lives_as_long_as_its_heart_beats(tmp_path: Path) -> None:
    """Whatever the clocks say: this one beats in the past."""
    lease = write_lease(tmp_path / "run", "elsewhere", 1)
    thread, said = waiter(tmp_path / "run")
    thread.start()
    for beat in range(12):
        os.utime(lease, (1000 - beat, 1000 - beat))
        time.sleep(PATIENCE / 4)
        assert thread.is_alive()
    thread.join()
    assert said == ["run run is being trained by process 1 on elsewhere; waiting for it to finish"]


LEFT = {
    "a later process of that number": (platform.node(), os.getpid()),
    "no such process": (platform.node(), 2**22 + 1),
    "another machine without a heartbeat": ("elsewhere", 1),
}


@pytest.mark.parametrize(("host", "pid"), LEFT.values(), ids=LEFT)
def test_what_a_dead_process_left_is_cleared(host: str, pid: int, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    write_lease(folder, host, pid)
    (folder / "rubbish").touch()
    wait_for_writer(folder, pytest.fail, PATIENCE)
    with leased_folder(folder, NOW):
        assert [file.name for file in folder.iterdir()] == ["lease.json"]
        assert read_lease(folder).is_running  # type: ignore[union-attr]
    assert not folder.exists()


@pytest.mark.parametrize("content", ["not json", "[]", '{"host": "elsewhere", "pid": 1}'])
def test_a_damaged_lease_is_nobodys(content: str, tmp_path: Path) -> None:
    (tmp_path / "lease.json").write_text(content, encoding="utf-8")
    wait_for_writer(tmp_path, pytest.fail, PATIENCE)


def test_a_lease_beats_while_it_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lightning_modules.run_store.run_lease.HEARTBEAT_SECONDS", 0.02)
    with leased_folder(tmp_path / "run", NOW) as folder:
        lease = folder / "lease.json"
        first, deadline = lease.stat().st_mtime_ns, time.monotonic() + 30
        while lease.stat().st_mtime_ns == first and time.monotonic() < deadline:
            time.sleep(0.01)
        assert lease.stat().st_mtime_ns != first


def test_one_whose_folder_was_taken_over_finishes_nothing_and_removes_nothing(tmp_path: Path) -> None:
    with leased_folder(tmp_path / "run", NOW) as folder:
        check_lease_held(folder, "run", 1)
        write_lease(folder, "elsewhere", 1)
        with pytest.raises(TransientFailure, match="another process has acquired"):
            check_lease_held(folder, "run", 1)
    assert (tmp_path / "run/lease.json").is_file()
