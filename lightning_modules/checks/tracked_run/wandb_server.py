"""Read a run from the W&B server through W&B's public API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lightning_modules.checks.tracked_run.run_url import safe_url
from lightning_modules.checks.tracked_run.server import (
    NoRemoteRun,
    RemoteArtifact,
    RemoteRun,
    ServerFailed,
    WrongArtifact,
)
from lightning_modules.tracking.report_problem import without_key
from lightning_modules.tracking.time_limit import within

_REQUEST_SECONDS = 20  # of one request
_READ_SECONDS = 300  # of all requests that read a run; one returns up to 1,000 rows of the history
_DOWNLOAD_SECONDS = 60  # of an artifact, and one second more for each megabyte
_Answer = TypeVar("_Answer")


class WandbServer:
    """The server that the settings of W&B name. Runs and artifacts are read anew, and never from W&B's caches.

    It connects once. After a failed connection, or a request that was not answered in time, all further requests fail
    with the same reason, and without waiting.
    """

    def __init__(self, seconds: int = _REQUEST_SECONDS, read_seconds: float = _READ_SECONDS) -> None:
        self._seconds, self._read_seconds = seconds, read_seconds
        self._failure: ServerFailed | None = None
        self._is_connected = False

    def fetch(self, path: str) -> RemoteRun:
        return self._in_time("the run", self._read_seconds, lambda: self._fetch(path))

    def download(self, path: str, artifact: str, digest: str, folder: Path, size: int | None = None) -> None:
        from lightning_modules.checks.tracked_run.bounded_download import TooManyBytes, download_files

        logged = self._in_time("the artifact", self._read_seconds, lambda: self._artifact(path, artifact, digest))
        try:
            download_files(logged, folder, _DOWNLOAD_SECONDS, size)
        except TooManyBytes as error:
            raise WrongArtifact(str(error)) from error
        except Exception as error:  # requests, protobuf and W&B raise exceptions of their own
            raise ServerFailed(failure_reason(error)) from error
        try:
            logged.verify(root=str(folder))
        except ValueError as error:
            raise WrongArtifact(failure_reason(error)) from error

    def connect(self) -> Any:
        """Return the public API after its key was verified. A new object has no cached runs."""
        import wandb

        return wandb.Api(timeout=self._seconds)

    def _fetch(self, path: str) -> RemoteRun:
        run = self._run(path)
        values = _values(run.scan_history(use_cache=False))
        artifacts = tuple(
            RemoteArtifact(_plain_name(item), item.type, item.digest, _has_files(item))
            for item in run.logged_artifacts()
        )
        url = safe_url(run.url, _configured_addresses())
        return RemoteRun(run.state, values, dict(run.config), dict(run.summary_metrics), artifacts, run.entity, url)

    def _artifact(self, path: str, name: str, digest: str) -> Any:
        versions = [item for item in self._run(path).logged_artifacts() if _plain_name(item) == name]
        logged = next(item for item in versions if item.digest == digest)
        if (computed := logged.manifest.digest()) != digest:  # before anything that it names is downloaded
            raise WrongArtifact(f"its list of files has the digest {computed}, and {digest} was logged")
        return logged

    def _run(self, path: str) -> Any:
        api = self.connect()
        self._is_connected = True
        try:
            return api.run(path)
        except Exception as error:
            if isinstance(getattr(error, "exc", None), ValueError):  # the server answered that it has no such run
                raise NoRemoteRun(f"the server has no run {path}") from error
            raise

    def _in_time(self, purpose: str, seconds: float, ask: Callable[[], _Answer]) -> _Answer:
        """Return the answer of the server. Every other exception than those of a check becomes a ServerFailed."""
        if self._failure:
            raise self._failure
        start = time.monotonic()
        try:
            return within(seconds, ask, f"reading {purpose}")
        except (NoRemoteRun, WrongArtifact):
            raise
        except Exception as error:  # requests, protobuf and W&B raise exceptions of their own
            failure = ServerFailed(failure_reason(error))
            if not self._is_connected or time.monotonic() - start >= self._seconds:
                self._failure = failure
            raise failure from error


def _configured_addresses() -> tuple[str, str]:
    """Return the addresses of the server and of its user interface."""
    import wandb

    settings = wandb.setup().settings
    return settings.base_url, settings.app_url


def _values(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for row in sorted(rows, key=lambda row: row.get("_step", 0)):
        for name, value in row.items():
            if value is not None:
                values.setdefault(name, []).append(value)
    return values


def _has_files(artifact: Any) -> bool:
    return any(entry.ref is None for entry in artifact.manifest.entries.values())


def _plain_name(artifact: Any) -> str:
    return str(artifact.name).partition(":")[0]


def failure_reason(error: BaseException) -> str:
    """Return the type and the message of an exception in one line, without keys."""
    return without_key(f"{type(error).__name__}: {' '.join(str(error).split())}")[:300]
