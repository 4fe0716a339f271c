"""Run a W&B server on this machine: openwandb, which the real SDK uploads to, behind an adapter for the public API."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest

from tests.end_to_end.support.wandb_adapter import API_KEY, Faults, WandbAdapter

_START_SECONDS = 60


@dataclass(frozen=True)
class WandbServer:
    """A running server. Its entity is `default`."""

    adapter: WandbAdapter
    folder: Path

    @property
    def url(self) -> str:
        return self.adapter.url

    @property
    def faults(self) -> Faults:
        """How the server misbehaves; `reset` ends this."""
        return self.adapter.faults

    def reset(self) -> None:
        self.adapter.faults = Faults()

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which the SDK and the public API use this server, and no file of the user."""
        files = {
            name: str(self.folder / name.lower())
            for name in ("WANDB_CACHE_DIR", "WANDB_CONFIG_DIR", "WANDB_ARTIFACT_DIR", "WANDB_DATA_DIR", "NETRC")
        }
        return {"WANDB_BASE_URL": self.url, "WANDB_API_KEY": API_KEY, **files}


@contextmanager
def running_wandb_server(folder: Path) -> Iterator[WandbServer]:
    """Start a server that stores its data in `folder`, and stop it at the end."""
    port = _free_port()
    adapter = WandbAdapter(port)
    options = ("--host", "127.0.0.1", "--port", str(port), "--data-dir", str(folder / "data"), "--log-level", "error")
    with (folder / "openwandb.log").open("wb") as log:
        command = (sys.executable, "-m", "openwandb", "serve", *options, "--base-url", adapter.url)
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    thread = Thread(target=adapter.serve_forever, daemon=True)
    thread.start()
    try:
        _wait_until_it_answers(process, port, folder / "openwandb.log")
        yield WandbServer(adapter, folder)
    finally:
        adapter.shutdown()
        adapter.server_close()
        thread.join()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def session_wandb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WandbServer]:
    with running_wandb_server(tmp_path_factory.mktemp("wandb_server")) as server:
        yield server


@pytest.fixture
def wandb_server(session_wandb_server: WandbServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[WandbServer]:
    """A W&B server without faults, which this process and its children use. It keeps the runs of earlier tests."""
    for name, value in session_wandb_server.environment.items():
        monkeypatch.setenv(name, value)
    session_wandb_server.reset()
    yield session_wandb_server
    session_wandb_server.reset()


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            urlopen(f"http://127.0.0.1:{port}/login", timeout=5).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"openwandb does not start:\n{log.read_text()}")
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
