"""A download ends when a server sends more bytes than were logged, or takes too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from requests import ConnectionError, Session

from lightning_modules.checks.tracked_run.bounded_download import TooManyBytes, TooSlow, download_files

SIZE = 100_000
ENDLESS = 1 << 40


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None: ...

    def do_GET(self) -> None:
        """Send as many zeros as the path states, after a redirect."""
        if self.path.startswith("/redirect"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/redirect"))
            self.send_header("Content-Length", str(SIZE))
            self.end_headers()
            self.wfile.write(bytes(SIZE))
            return
        self.send_response(200)
        self.end_headers()
        for _ in range(int(self.path[1:]) // 1000):
            self.wfile.write(bytes(1000))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class StoredArtifact:
    """An artifact of one file, which downloads it as W&B does."""

    url: str
    size: int = SIZE
    session: Session = field(default_factory=Session)

    @property
    def manifest(self) -> Any:
        entries = {"model": SimpleNamespace(size=self.size, ref=None)}
        return SimpleNamespace(entries=entries, storage_policy=SimpleNamespace(_session=self.session))

    def download(self, root: str, skip_cache: bool) -> None:
        assert skip_cache
        with (Path(root) / "model").open("wb") as file:
            for chunk in self.session.get(self.url, stream=True).iter_content(16_384):
                file.write(chunk)


@pytest.mark.parametrize("path", [f"/{SIZE}", f"/redirect/{SIZE}"], ids=["direct", "redirected"])
def test_files_of_the_stated_size_are_downloaded(path: str, address: str, tmp_path: Path) -> None:
    download_files(StoredArtifact(address + path), tmp_path, 60)
    assert (tmp_path / "model").stat().st_size == SIZE


@pytest.mark.parametrize(
    ("stated", "size"), [(SIZE, None), (ENDLESS, SIZE)], ids=["as the server states", "as it was logged"]
)
def test_download_ends_after_the_last_byte_that_was_logged(
    stated: int, size: int | None, address: str, tmp_path: Path
) -> None:
    with pytest.raises(TooManyBytes):
        download_files(StoredArtifact(f"{address}/{ENDLESS}", stated), tmp_path, 60, size)
    assert (tmp_path / "model").stat().st_size <= SIZE


def test_download_ends_after_its_time(address: str, tmp_path: Path) -> None:
    with pytest.raises(TooSlow):
        download_files(StoredArtifact(f"{address}/{SIZE}"), tmp_path, -1)


def test_server_that_is_absent_is_not_asked_for_minutes(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        download_files(StoredArtifact("http://127.0.0.1:1/model"), tmp_path, 60)
