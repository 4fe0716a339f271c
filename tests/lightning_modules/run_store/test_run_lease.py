"""A process waits while another process writes the same run, and deletes the files of a dead process."""

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
TIMEOUT = 0.3


def write_lease(folder: Path, host: str, pid: int, started: float = 1.0) -> Path:
    folder.mkdir(exist_ok=True)
    lease = folder / "lease.json"
    lease.write_text(json.dumps({"host": host, "pid": pid, "process_started": started}), encoding="utf-8")
    return lease


def waiting_thread(folder: Path) -> tuple[threading.Thread, list[str]]:
    messages: list[str] = []
    return threading.Thread(target=lambda: wait_for_writer(folder, messages.append, TIMEOUT)), messages


def test_local_lease_is_live_while_its_process_runs(tmp_path: Path) -> None:
    lease = write_lease(tmp_path / "0123", platform.node(), os.getpid(), psutil.Process().create_time())
    thread, messages = waiting_thread(tmp_path / "0123")
    thread.start()
    thread.join(timeout=2 * TIMEOUT)
    assert thread.is_alive(), "it must wait as long as the process runs and holds the lease"
    lease.unlink()
    thread.join()
    writer = f"process {os.getpid()} on {platform.node()}"
    assert messages == [f"run 0123 is being trained by {writer}; waiting for it to finish"]


def test_remote_lease_is_live_while_heartbeat_changes(tmp_path: Path) -> None:
    """The times of these heartbeats are in the past and decrease, because clocks of machines differ."""
    lease = write_lease(tmp_path / "0123", "elsewhere", 1)
    thread, messages = waiting_thread(tmp_path / "0123")
    thread.start()
    for heartbeat in range(12):
        os.utime(lease, (1000 - heartbeat, 1000 - heartbeat))
        time.sleep(TIMEOUT / 4)
        assert thread.is_alive()
    thread.join()
    assert messages == ["run 0123 is being trained by process 1 on elsewhere; waiting for it to finish"]


DEAD = {
    "a later process with the same id": (platform.node(), os.getpid()),
    "no process with this id": (platform.node(), 2**22 + 1),
    "another machine without a heartbeat": ("elsewhere", 1),
}


@pytest.mark.parametrize(("host", "pid"), DEAD.values(), ids=DEAD)
def test_folder_of_a_dead_process_is_cleared(host: str, pid: int, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    write_lease(folder, host, pid)
    (folder / "partial.json").touch()
    wait_for_writer(folder, pytest.fail, TIMEOUT)
    with leased_folder(folder, NOW):
        assert [file.name for file in folder.iterdir()] == ["lease.json"]
        assert read_lease(folder).is_running  # type: ignore[union-attr]
    assert not folder.exists()


@pytest.mark.parametrize("content", ["not json", "[]", '{"host": "elsewhere", "pid": 1}'])
def test_damaged_lease_is_ignored(content: str, tmp_path: Path) -> None:
    (tmp_path / "lease.json").write_text(content, encoding="utf-8")
    wait_for_writer(tmp_path, pytest.fail, TIMEOUT)


def test_lease_is_renewed_while_it_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lightning_modules.run_store.run_lease.HEARTBEAT_SECONDS", 0.02)
    with leased_folder(tmp_path / "run", NOW) as folder:
        lease = folder / "lease.json"
        first, deadline = lease.stat().st_mtime_ns, time.monotonic() + 30
        while lease.stat().st_mtime_ns == first and time.monotonic() < deadline:
            time.sleep(0.01)
        assert lease.stat().st_mtime_ns != first


def test_process_that_lost_its_lease_neither_finishes_nor_deletes_the_folder(tmp_path: Path) -> None:
    with leased_folder(tmp_path / "run", NOW) as folder:
        check_lease_held(folder, "run", 1)
        write_lease(folder, "elsewhere", 1)
        with pytest.raises(TransientFailure, match="another process has acquired"):
            check_lease_held(folder, "run", 1)
    assert (tmp_path / "run/lease.json").is_file()
