"""A job cannot tell whether it is a child of the server or a process of its own, and neither can who waits for it."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from compiler.base.paths import ENGINE
from rules.jobserver import client
from rules.jobserver.client import ADDRESS, LENGTH, MOST_REQUEST, READY
from rules.jobserver.server import Server
from rules.jobserver.start import JobServer, can_fork

# The server without what it imports for real jobs: that takes seconds.
LIGHT = """
import socket, sys
from rules.jobserver.child import run_job
from rules.jobserver.server import Server
Server(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), run_job).serve(idle=float(sys.argv[3]))
"""


@dataclass
class Light:
    """A running server, and the pipe that it lives by."""

    address: str
    process: subprocess.Popen[bytes]
    lifeline: int


@contextmanager
def light_server(folder: Path, idle: float = 600) -> Iterator[Light]:
    address = str(folder / "server")
    hanging, lifeline = os.pipe()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        fds = (listener.fileno(), hanging)
        command = [sys.executable, "-c", LIGHT, *map(str, fds), str(idle)]
        process = subprocess.Popen(command, pass_fds=fds, env=environ())
    os.close(hanging)
    try:
        Path(address + READY).touch()
        yield Light(address, process, lifeline)
    finally:
        process.kill()
        process.wait()


def environ(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{ENGINE}{os.pathsep}{Path(__file__).parent}", "MARK": "one", **more}


def job(address: str, folder: Path, *words: str, **more: Any) -> subprocess.Popen[str]:
    """A client as the rules call it."""
    command = [sys.executable, "-SE", client.__file__, *words]
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=folder, env=environ(**{ADDRESS: address}), text=True, **pipes, **more)


@pytest.fixture(params=["served", "direct"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server is, or nothing."""
    if request.param == "direct":
        yield ""
    else:
        with light_server(tmp_path_factory.mktemp("s")) as light:
            yield light.address


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def test_a_job_finds_around_it_what_its_client_had(address: str, tmp_path: Path) -> None:
    def odd() -> None:
        os.umask(0o027)
        os.nice(3)
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))

    out, err = job(address, tmp_path, "served_job", "surroundings", "an argument", preexec_fn=odd).communicate()
    found = json.loads(out)
    assert found.pop("nice") >= 3
    assert found == {
        "argv": ["surroundings", "an argument"],
        "cwd": str(tmp_path),
        "umask": 0o027,
        "mark": "one",
        "files": [200, 200],
    }
    assert err == "to standard error\n"


ENDS = {
    "done": (["return", "0"], 0),
    "a code": (["return", "3"], 3),
    "sys.exit": (["exit", "4"], 4),
    "sys.exit with words": (["exit", "no such thing"], 1),
    "a bug": (["raise"], 1),
    "a full disk": (["full"], 1),
    "a crash": (["signal", str(int(signal.SIGSEGV))], 128 + signal.SIGSEGV),
    "killed": (["signal", str(int(signal.SIGKILL))], 128 + signal.SIGKILL),
}


@pytest.mark.parametrize(("words", "code"), ENDS.values(), ids=ENDS)
def test_a_client_ends_as_its_job_did(words: list[str], code: int, address: str, tmp_path: Path) -> None:
    asked = job(address, tmp_path, "served_job", *words)
    _, err = asked.communicate()
    assert asked.returncode == code
    told = {"raise": "ValueError: a bug in the job", "full": "No space left on device: /dev/full\n"}
    assert told.get(words[0], "no such thing" if words[-1] == "no such thing" else "") in err
    assert ("Traceback" in err) is (words[0] == "raise")


def test_a_killed_job_has_a_last_word_if_it_is_supervised(address: str, tmp_path: Path) -> None:
    asked = job(address, tmp_path, "--supervised", "served_job", "signal", "9")
    assert asked.wait() == 7
    assert (tmp_path / "last-words").read_text() == "9"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_client_reaches_the_job_which_cleans_up(number: int, address: str, tmp_path: Path) -> None:
    asked = job(address, tmp_path, "--supervised", "served_job", "wait")
    wait_for((tmp_path / "pid").exists)
    asked.send_signal(number)
    assert asked.wait(timeout=30) != 0
    assert (tmp_path / "cleaned").exists()
    assert not (tmp_path / "last-words").exists(), "it was stopped, not killed"


def test_a_terminal_that_closes_ends_nothing_that_was_to_outlive_it(address: str, tmp_path: Path) -> None:
    ignored = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731  (as `nohup` does)
    asked = job(address, tmp_path, "--supervised", "served_job", "wait", preexec_fn=ignored)
    wait_for((tmp_path / "pid").exists)
    asked.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        asked.wait(timeout=0.5)
    asked.terminate()
    assert asked.wait(timeout=30) != 0
    assert (tmp_path / "cleaned").exists()


def test_who_waits_for_a_server_that_ends_is_told_and_does_nothing(tmp_path: Path) -> None:
    """The server is this test. A client that heard nothing would do the job by itself."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "server"))
        listener.listen()
        asked = job(str(tmp_path / "server"), tmp_path, "--supervised", "served_job", "return", "3")
        wait_for(lambda: bool(select.select([listener], [], [], 0)[0]))
        Server(listener, -1, lambda _: 0).refuse_waiting()
        assert asked.wait(timeout=30) == 128 + signal.SIGTERM


def test_a_job_ends_when_its_client_is_killed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with light_server(tmp_path_factory.mktemp("s")) as light:
        asked = job(light.address, tmp_path, "served_job", "wait")
        wait_for((tmp_path / "pid").exists)
        asked.kill()
        wait_for((tmp_path / "cleaned").exists)


@pytest.mark.parametrize("how", ["its driver is gone", "it is told to"])
def test_a_server_ends_with_its_jobs(how: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with light_server(tmp_path_factory.mktemp("s")) as light:
        asked = job(light.address, tmp_path, "served_job", "wait")
        wait_for((tmp_path / "pid").exists)
        os.close(light.lifeline) if how == "its driver is gone" else light.process.terminate()
        light.process.wait(timeout=30)
        assert (tmp_path / "cleaned").exists()
        assert asked.wait(timeout=30) != 0


def test_where_the_server_is_killed_its_jobs_end_and_are_done_directly(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with light_server(tmp_path_factory.mktemp("s")) as light:
        asked = job(light.address, tmp_path, "served_job", "wait")
        wait_for((tmp_path / "pid").exists)
        first = (tmp_path / "pid").read_text()
        light.process.kill()
        wait_for(lambda: (tmp_path / "pid").read_text() != first)
        assert (tmp_path / "cleaned").exists()
        wait_for(lambda: not psutil.pid_exists(int(first)) or psutil.Process(int(first)).status() == "zombie")
        asked.terminate()
        assert asked.wait(timeout=30) != 0


def test_only_a_training_waits_for_a_server_that_is_still_importing(tmp_path: Path) -> None:
    """The server here is nobody: it never answers."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "server"))
        listener.listen()
        assert job(str(tmp_path / "server"), tmp_path, "served_job", "return", "3").wait(timeout=30) == 3
        patient = job(str(tmp_path / "server"), tmp_path, "--supervised", "served_job", "return", "3")
        with pytest.raises(subprocess.TimeoutExpired):
            patient.wait(timeout=1)
    assert patient.wait(timeout=30) == 3


def test_an_idle_server_ends_by_itself(tmp_path: Path) -> None:
    with light_server(tmp_path, idle=0.1) as light:
        assert light.process.wait(timeout=30) == 0


BROKEN = {
    "nothing": b"",
    "no request": LENGTH.pack(3) + b"{]}",
    "another shape": LENGTH.pack(2) + b"[]",
    "too long": LENGTH.pack(MOST_REQUEST + 1),
    "cut": LENGTH.pack(100) + b"{",
}


@pytest.mark.parametrize("message", BROKEN.values(), ids=BROKEN)
def test_what_is_no_request_is_refused_and_the_next_is_served(
    message: bytes, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with light_server(tmp_path_factory.mktemp("s")) as light:
        with socket.socket(socket.AF_UNIX) as rude:
            rude.connect(light.address)
            rude.sendall(message)
        asked = job(light.address, tmp_path, "served_job", "return", "3")
        assert asked.wait(timeout=30) == 3
        assert light.process.poll() is None


@pytest.mark.slow
def test_a_driver_starts_a_server_and_leaves_none_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{ENGINE}{os.pathsep}{Path(__file__).parent}")
    server = JobServer(tmp_path / "logs/server.log", ["served_job", "no_such_module"])
    try:
        address = os.environ[ADDRESS]
        wait_for(Path(address + READY).exists)
        assert job(address, tmp_path, "served_job", "return", "5").wait(timeout=60) == 5
        assert "no_such_module is not preloaded" in (tmp_path / "logs/server.log").read_text()
    finally:
        server.stop()
    assert server._process.wait(timeout=30) == 0
    assert ADDRESS not in os.environ
    assert not Path(address).exists()


@pytest.mark.parametrize(("asked", "expected"), [("0", False), ("1", True)])
def test_proband_fork_0_asks_for_no_server(asked: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBAND_FORK", asked)
    assert can_fork() is expected
