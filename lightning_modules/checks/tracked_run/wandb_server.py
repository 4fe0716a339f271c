"""Read a run from the W&B server through W&B's public API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lightning_modules.checks.tracked_run.server import (
    NoRemoteRun,
    RemoteArtifact,
    RemoteRun,
    ServerFailed,
    WrongArtifact,
)
from lightning_modules.tracking.report_problem import without_key

_SECONDS = 20  # of one request


class WandbServer:
    """The server that the settings of W&B name. Runs and artifacts are read anew, and never from W&B's caches.

    It connects once. After a failed connection, all further requests fail with the same reason, and without waiting.
    """

    def __init__(self, seconds: int = _SECONDS) -> None:
        self._seconds = seconds
        self._failure: ServerFailed | None = None

    def fetch(self, path: str) -> RemoteRun:
        run = self._run(path)
        try:
            values = _values(run.scan_history(use_cache=False))
            artifacts = tuple(
                RemoteArtifact(_plain_name(item), item.type, item.digest, _has_files(item))
                for item in run.logged_artifacts()
            )
        except Exception as error:  # requests, protobuf and W&B raise exceptions of their own
            raise ServerFailed(_reason(error)) from error
        summary = dict(run.summary_metrics)
        return RemoteRun(run.state, values, dict(run.config), summary, artifacts, run.entity, run.url)

    def download(self, path: str, artifact: str, digest: str, folder: Path) -> None:
        try:
            versions = [item for item in self._run(path).logged_artifacts() if _plain_name(item) == artifact]
            logged = next(item for item in versions if item.digest == digest)
            if (computed := logged.manifest.digest()) != digest:  # before anything that it names is downloaded
                raise WrongArtifact(f"its list of files has the digest {computed}, and {digest} was logged")
            logged.download(root=str(folder), skip_cache=True)
        except WrongArtifact:
            raise
        except Exception as error:
            raise ServerFailed(_reason(error)) from error
        try:
            logged.verify(root=str(folder))
        except ValueError as error:
            raise WrongArtifact(_reason(error)) from error

    def _run(self, path: str) -> Any:
        if self._failure:
            raise self._failure
        try:
            api = self.connect()
        except Exception as error:
            self._failure = ServerFailed(_reason(error))
            raise self._failure from error
        try:
            return api.run(path)
        except Exception as error:
            if isinstance(getattr(error, "exc", None), ValueError):  # the server answered that it has no such run
                raise NoRemoteRun(f"the server has no run {path}") from error
            raise ServerFailed(_reason(error)) from error

    def connect(self) -> Any:
        """Return the public API after its key was verified. A new object has no cached runs."""
        import wandb

        return wandb.Api(timeout=self._seconds)


def refusal_of_server() -> ServerFailed | None:
    """Return why the server cannot be used, None if it answers and accepts the key.

    W&B's background process is stopped: `wandb sync` would use it, and it resolves paths in another working folder.
    """
    import wandb

    try:
        WandbServer().connect()
    except Exception as error:
        return ServerFailed(f"the server cannot be used: {_reason(error)}")
    finally:
        wandb.teardown()
    return None


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


def _reason(error: BaseException) -> str:
    return without_key(f"{type(error).__name__}: {' '.join(str(error).split())}")[:300]
