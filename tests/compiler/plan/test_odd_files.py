"""Files in conf/ that are no configs do not keep a lab from being compiled, and nothing waits for a pipe."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from compiler.plan.plan_files import current_plan
from tests.compiler.small_lab import FILES
from tests.labs import write_lab


def test_pipes_devices_sockets_loops_and_odd_names_are_no_configs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = write_lab(tmp_path, FILES)
    for folder in ("experiment", "model"):
        os.mkfifo(lab.conf / folder / "pipe.yaml")
        (lab.conf / folder / "zero.yaml").symlink_to("/dev/zero")
        (lab.conf / folder / ".#lock.yaml").symlink_to("nothing")
        (lab.conf / folder / "folder.yaml").mkdir()
        Path(os.fsdecode(os.fsencode(lab.conf / folder) + b"/\xe9.yaml")).touch()
    (lab.conf / "loop").symlink_to(".")
    monkeypatch.chdir(lab.conf)  # the path of a socket is limited to about 100 characters
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.yaml")
    plan = current_plan(lab)
    assert {"lr", "one"} <= plan.experiments.keys()
    assert plan.broken == {}
