"""A process that must wait for a lock reports the reason. Without another process, it reports nothing."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest

from rules.build.locks.announced_lock import announced_lock


def test_lock_that_is_free_is_held_silently(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "locks/x.lock"
    for _ in range(2):
        with announced_lock(file, "another process works"):
            assert file.exists()
    assert capsys.readouterr().err == ""


def test_process_that_waits_states_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    is_held, may_end, ended = Event(), Event(), []

    def hold() -> None:
        with announced_lock(tmp_path / "x.lock", ""):
            is_held.set()
            may_end.wait(60)
            ended.append("holder")

    class EndsHolder:
        """A reason whose text is read when the second process finds the lock in use."""

        def __str__(self) -> str:
            may_end.set()
            return "another process works"

    holder = Thread(target=hold)
    holder.start()
    assert is_held.wait(60)
    with announced_lock(tmp_path / "x.lock", EndsHolder()):  # type: ignore[arg-type]
        ended.append("waiter")
    holder.join()
    assert ended == ["holder", "waiter"]
    assert capsys.readouterr().err == "another process works; waiting for it to finish\n"
