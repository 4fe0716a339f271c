"""Define what the check of a tracked run reads from a server, and how a server can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class RemoteArtifact:
    """An artifact on the server. A reference has no files there."""

    name: str
    type: str
    digest: str
    has_files: bool = True


@dataclass(frozen=True)
class RemoteRun:
    """A run on the W&B server. `values` has the values of each metric, in the order of the steps."""

    state: str
    values: Mapping[str, Sequence[Any]]
    config: Mapping[str, Any]
    summary: Mapping[str, Any]
    artifacts: tuple[RemoteArtifact, ...] = ()
    entity: str | None = None
    url: str | None = None


class NoRemoteRun(Exception):
    """The server has no such run."""


class ServerFailed(Exception):
    """The server did not answer, or refused the request. Another attempt may succeed."""


class WrongArtifact(Exception):
    """The files of an artifact differ from its digest."""


class Server(Protocol):
    """A W&B server. `path` is `entity/project/run` or `project/run`."""

    def fetch(self, path: str) -> RemoteRun:
        """Return a run. Raises NoRemoteRun or ServerFailed."""

    def download(self, path: str, artifact: str, digest: str, folder: Path, size: int | None = None) -> None:
        """Download the version of an artifact that has a digest.

        Args:
            path: the run.
            artifact: the name without a version.
            digest: the digest of the artifact.
            folder: a new folder for the files.
            size: the number of bytes of its files, None if only the server knows it.

        Raises:
            WrongArtifact: The manifest of the artifact, or a file, has another digest, or the files have more bytes.
            ServerFailed: The server did not send all files.
        """
