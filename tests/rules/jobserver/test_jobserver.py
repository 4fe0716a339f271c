"""A job behaves the same in the server and in a process of its own, for the job and for its client."""

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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from compiler.base.paths import ENGINE
from rules.jobserver import client
from rules.jobserver.client import ACTOR, ADDRESS, LENGTH, MAX_REQUEST_BYTES, READY
from rules.jobserver.server import Server
from rules.jobserver.start import JobServer, can_fork

# A server without the imports for real jobs, which take seconds.
LIGHT_SERVER = """
import os, socket, sys
sys.path[0] = os.getcwd()  # as `python -m` does
from importlib import import_module
from pathlib import Path
from rules.jobserver.child import run_job
from rules.jobserver.loaded_code import start_mark
from rules.jobserver.server import Server
listener = socket.socket(fileno=int(sys.argv[1]))
start = start_mark(Path(listener.getsockname()).parent)
for name in sys.argv[4:]:
    import_module(name)
later = [Path(listener.getsockname() + ".later").touch]
Server(listener, int(sys.argv[2]), lambda request: run_job(request, start)).serve(float(sys.argv[3]), later)
"""
LATER = ".later"  # suffix of a file that shows that the server has done its later work


@dataclass
class LightServer:
    """A running server, and the writing end of a pipe. If the pipe is closed, the server ends."""

    address: str
    process: subprocess.Popen[bytes]
    lifeline: int


@contextmanager
def light_server(
    folder: Path, idle: float = 600, modules: Sequence[str] = (), path: Path | None = None
) -> Iterator[LightServer]:
    address = str(folder / "server")
    lifeline_read, lifeline = os.pipe()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        fds = (listener.fileno(), lifeline_read)
        command = [sys.executable, "-c", LIGHT_SERVER, *map(str, fds), str(idle), *modules]
        process = subprocess.Popen(command, pass_fds=fds, env=environ(path=path))
    os.close(lifeline_read)
    try:
        Path(address + READY).touch()
        yield LightServer(address, process, lifeline)
    finally:
        process.kill()
        process.wait()


def environ(path: Path | None = None, **variables: str) -> dict[str, str]:
    folders = os.pathsep.join(map(str, [ENGINE, Path(__file__).parent, *([path] if path else [])]))
    inherited = {name: value for name, value in os.environ.items() if name != ACTOR}
    return inherited | {"PYTHONPATH": folders, "MARK": "one", **variables}


def start_client(address: str, folder: Path, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    """Start a client as the rules do."""
    command = [sys.executable, "-SE", client.__file__, *arguments]
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=folder, env=environ(**{ADDRESS: address}), text=True, **pipes, **options)


@pytest.fixture(params=["served", "direct"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a server, or an empty address, so that the job runs directly."""
    if request.param == "direct":
        yield ""
    else:
        with light_server(tmp_path_factory.mktemp("s")) as server:
            yield server.address


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def test_job_has_the_process_state_of_its_client(address: str, tmp_path: Path) -> None:
    def change_state() -> None:
        os.umask(0o027)
        os.nice(3)
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))

    arguments = ("served_job", "print-state", "an argument")
    out, err = start_client(address, tmp_path, *arguments, preexec_fn=change_state).communicate()
    state = json.loads(out)
    assert state.pop("nice") >= 3
    assert state == {
        "argv": ["print-state", "an argument"],
        "cwd": str(tmp_path),
        "first_import_path": str(tmp_path),
        "umask": 0o027,
        "mark": "one",
        "actor": "job:served_job",  # so that it cannot decide as a person
        "files": [200, 200],
    }
    assert err == "to standard error\n"


EXITS = {
    "success": (["return", "0"], 0),
    "returned code": (["return", "3"], 3),
    "sys.exit with a code": (["exit", "4"], 4),
    "sys.exit with a message": (["exit", "no such thing"], 1),
    "exception": (["raise"], 1),
    "full disk": (["full"], 1),
    "crash": (["signal", str(int(signal.SIGSEGV))], 128 + signal.SIGSEGV),
    "killed": (["signal", str(int(signal.SIGKILL))], 128 + signal.SIGKILL),
}


@pytest.mark.parametrize(("arguments", "code"), EXITS.values(), ids=EXITS)
def test_client_exits_with_the_code_and_message_of_its_job(
    arguments: list[str], code: int, address: str, tmp_path: Path
) -> None:
    process = start_client(address, tmp_path, "served_job", *arguments)
    _, err = process.communicate()
    assert process.returncode == code
    messages = {"raise": "ValueError: a bug in the job", "full": "No space left on device: /dev/full\n"}
    assert messages.get(arguments[0], "no such thing" if arguments[-1] == "no such thing" else "") in err
    assert ("Traceback" in err) is (arguments[0] == "raise")


def test_supervised_job_is_rerun_with_killed_flag_after_signal(address: str, tmp_path: Path) -> None:
    process = start_client(address, tmp_path, "--supervised", "served_job", "signal", "9")
    assert process.wait() == 7
    assert (tmp_path / "killed-by").read_text() == "9"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_to_the_client_reaches_the_job_which_cleans_up(number: int, address: str, tmp_path: Path) -> None:
    process = start_client(address, tmp_path, "--supervised", "served_job", "wait")
    wait_for((tmp_path / "pid").exists)
    process.send_signal(number)
    assert process.wait(timeout=30) != 0
    assert (tmp_path / "cleaned").exists()
    assert not (tmp_path / "killed-by").exists(), "a job that is stopped on request does not count as killed"


def test_job_continues_after_sighup_if_the_client_ignores_it(address: str, tmp_path: Path) -> None:
    ignore = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731  (as `nohup` does)
    process = start_client(address, tmp_path, "--supervised", "served_job", "wait", preexec_fn=ignore)
    wait_for((tmp_path / "pid").exists)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    process.terminate()
    assert process.wait(timeout=30) != 0
    assert (tmp_path / "cleaned").exists()


def test_client_that_waits_for_an_ending_server_does_not_run_its_job(tmp_path: Path) -> None:
    """The server is this test. Without a reply, the client would run the job directly."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "server"))
        listener.listen()
        process = start_client(str(tmp_path / "server"), tmp_path, "--supervised", "served_job", "return", "3")
        wait_for(lambda: bool(select.select([listener], [], [], 0)[0]))
        Server(listener, -1, lambda _: 0).refuse_waiting()
        assert process.wait(timeout=30) == 128 + signal.SIGTERM


def test_job_ends_when_its_client_is_killed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with light_server(tmp_path_factory.mktemp("s")) as server:
        process = start_client(server.address, tmp_path, "served_job", "wait")
        wait_for((tmp_path / "pid").exists)
        process.kill()
        wait_for((tmp_path / "cleaned").exists)


@pytest.mark.parametrize("cause", ["driver exits", "SIGTERM"])
def test_server_stops_its_jobs_when_it_ends(
    cause: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with light_server(tmp_path_factory.mktemp("s")) as server:
        process = start_client(server.address, tmp_path, "served_job", "wait")
        wait_for((tmp_path / "pid").exists)
        os.close(server.lifeline) if cause == "driver exits" else server.process.terminate()
        server.process.wait(timeout=30)
        assert (tmp_path / "cleaned").exists()
        assert process.wait(timeout=30) != 0


def test_jobs_of_a_killed_server_end_and_are_rerun_directly(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with light_server(tmp_path_factory.mktemp("s")) as server:
        process = start_client(server.address, tmp_path, "served_job", "wait")
        wait_for((tmp_path / "pid").exists)
        first_pid = (tmp_path / "pid").read_text()
        server.process.kill()
        wait_for(lambda: (tmp_path / "pid").read_text() != first_pid)
        assert (tmp_path / "cleaned").exists()
        wait_for(lambda: not psutil.pid_exists(int(first_pid)) or psutil.Process(int(first_pid)).status() == "zombie")
        process.terminate()
        assert process.wait(timeout=30) != 0


def test_only_a_supervised_job_waits_for_a_server_that_is_still_importing(tmp_path: Path) -> None:
    """The socket has no server behind it, so it never answers."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "server"))
        listener.listen()
        assert start_client(str(tmp_path / "server"), tmp_path, "served_job", "return", "3").wait(timeout=30) == 3
        supervised = start_client(str(tmp_path / "server"), tmp_path, "--supervised", "served_job", "return", "3")
        with pytest.raises(subprocess.TimeoutExpired):
            supervised.wait(timeout=1)
    assert supervised.wait(timeout=30) == 3


def test_idle_server_ends(tmp_path: Path) -> None:
    with light_server(tmp_path, idle=0.1) as server:
        assert server.process.wait(timeout=30) == 0


BROKEN = {
    "empty": b"",
    "invalid JSON": LENGTH.pack(3) + b"{]}",
    "JSON of another shape": LENGTH.pack(2) + b"[]",
    "too long": LENGTH.pack(MAX_REQUEST_BYTES + 1),
    "truncated": LENGTH.pack(100) + b"{",
}


@pytest.mark.parametrize("message", BROKEN.values(), ids=BROKEN)
def test_server_rejects_an_invalid_request_and_serves_the_next(
    message: bytes, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with light_server(tmp_path_factory.mktemp("s")) as server:
        with socket.socket(socket.AF_UNIX) as broken_client:
            broken_client.connect(server.address)
            broken_client.sendall(message)
        process = start_client(server.address, tmp_path, "served_job", "return", "3")
        assert process.wait(timeout=30) == 3
        assert server.process.poll() is None


@pytest.mark.slow
def test_driver_starts_a_server_that_preloads_modules_and_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{ENGINE}{os.pathsep}{Path(__file__).parent}")
    server = JobServer(tmp_path / "logs/server.log", ["served_job", "no_such_module"])
    try:
        address = os.environ[ADDRESS]
        wait_for(Path(address + READY).exists)
        assert start_client(address, tmp_path, "served_job", "return", "5").wait(timeout=60) == 5
        assert "no_such_module is not preloaded" in (tmp_path / "logs/server.log").read_text()
    finally:
        server.stop()
    assert server._process.wait(timeout=30) == 0
    assert ADDRESS not in os.environ
    assert not Path(address).exists()


@pytest.mark.parametrize("ends", ["stopped", pytest.param("killed", marks=pytest.mark.slow)])
def test_server_that_gets_no_modules_ends_with_its_build(ends: str, tmp_path: Path) -> None:
    """A build that trains nothing stops its server. If the build is killed, the system closes the pipe."""
    server = JobServer(tmp_path / "server.log", modules=None)
    assert ADDRESS not in os.environ
    if ends == "stopped":
        server.stop()
    else:
        os.close(server._lifeline)
        server._lifeline = -1
    assert server._process.wait(timeout=120) == (-signal.SIGKILL if ends == "stopped" else 0)
    server.stop()


def test_server_without_trainings_runs_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{ENGINE}{os.pathsep}{Path(__file__).parent}")
    server = JobServer(tmp_path / "server.log", has_trainings=False)
    try:
        address = os.environ[ADDRESS]
        wait_for(Path(address + READY).exists)
        assert start_client(address, tmp_path, "served_job", "return", "5").wait(timeout=60) == 5
    finally:
        server.stop()
    assert server._process.wait(timeout=30) == 0


def test_server_does_later_work_while_a_job_runs(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with light_server(tmp_path_factory.mktemp("s")) as server:
        done = Path(server.address + LATER)
        process = start_client(server.address, tmp_path, "served_job", "wait")
        wait_for((tmp_path / "pid").exists)
        wait_for(done.exists)
        process.terminate()
        process.wait(timeout=30)


def test_server_without_jobs_does_no_later_work(tmp_path: Path) -> None:
    with light_server(tmp_path, idle=1.5) as server:
        assert server.process.wait(timeout=30) == 0
        assert not Path(server.address + LATER).exists()


IMPORTING = """
import time
from rules.jobserver.lifetime import ends_with_parent
with ends_with_parent():
    print("ready", flush=True)
    time.sleep(60)
"""
KILLED_DRIVER = """
import os, signal, subprocess, sys
process = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
process.stdout.readline()
print(process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_server_that_imports_ends_with_its_killed_driver() -> None:
    command = [sys.executable, "-c", KILLED_DRIVER, IMPORTING]
    done = subprocess.run(command, env=environ(), stdout=subprocess.PIPE, text=True, check=False)
    pid = int(done.stdout)
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize(("value", "expected"), [("0", False), ("1", True)])
def test_proband_fork_0_disables_the_server(value: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBAND_FORK", value)
    assert can_fork() is expected


CHANGING = "def main():\n    print({!r}, flush=True)\n"


def test_a_job_whose_imported_code_has_changed_executes_the_new_code(tmp_path: Path) -> None:
    """The job keeps its server: the client gets the exit code and the output as from any other job."""
    module = tmp_path / "changing_job.py"
    module.write_text(CHANGING.format("old"), encoding="utf-8")
    (tmp_path / "s").mkdir()
    with light_server(tmp_path / "s", modules=["changing_job"], path=tmp_path) as server:
        variables = environ(path=tmp_path, **{ADDRESS: server.address})
        command = [sys.executable, "-SE", client.__file__, "changing_job"]
        for text, expected in ((None, "old"), ("new code", "new code")):
            if text:
                module.write_text(CHANGING.format(text), encoding="utf-8")
                os.utime(module, ns=(0, 0))  # an older modification time does not hide a change
            done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=True)
            assert done.stdout == f"{expected}\n"
        assert "changing_job has changed since the build began" in done.stderr
