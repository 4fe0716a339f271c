"""Download the files of an artifact from a server that may send too many bytes, or none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

_READ_SECONDS = 20  # without any byte
_RETRIES = 2  # of a connection; W&B's own value is 16, which takes 20 minutes


class TooManyBytes(Exception):
    """The server sends more bytes than the files of the artifact have."""


class TooSlow(Exception):
    """The download takes too long."""


def download_files(artifact: Any, folder: Path, seconds: float, size: int | None = None) -> None:
    """Download the files of an artifact without W&B's cache.

    Args:
        artifact: the artifact as W&B's public API returns it, whose list of files was verified.
        folder: a new folder for the files.
        seconds: the time limit, to which a second for each megabyte is added.
        size: the number of bytes of its files, by default as the list of files states it.

    Raises:
        TooManyBytes: The answers are longer than the files have.
        TooSlow: The time limit has passed.
        Exception: The server did not send all files.
    """
    if size is None:
        size = sum(entry.size or 0 for entry in artifact.manifest.entries.values() if entry.ref is None)
    session = artifact.manifest.storage_policy._session  # W&B offers no public way to limit a download
    limit = _BodyLimit(size, seconds + size / 1e6)
    for scheme in ("http://", "https://"):
        session.mount(scheme, _ImpatientAdapter(max_retries=_RETRIES))
    session.hooks["response"].append(limit)
    artifact.download(root=str(folder), skip_cache=True)


class _ImpatientAdapter(HTTPAdapter):
    """Sends requests with a time limit, which W&B leaves out."""

    def send(self, request: PreparedRequest, **options: Any) -> Response:  # type: ignore[override]
        return super().send(request, **options | {"timeout": options.get("timeout") or _READ_SECONDS})


class _BodyLimit:
    """A hook that counts the bytes of all answers of a session, and ends a body that exceeds the limits."""

    def __init__(self, size: int, seconds: float) -> None:
        self._left, self._deadline, self._seconds = size, time.monotonic() + seconds, seconds

    def __call__(self, response: Response, **_: Any) -> None:
        if response.is_redirect:
            return
        stream = response.raw.stream

        def limited(*arguments: Any, **options: Any) -> Iterator[bytes]:
            for chunk in stream(*arguments, **options):
                self._left -= len(chunk)
                if self._left < 0:
                    raise TooManyBytes("the server sends more bytes than the files of the artifact have")
                if time.monotonic() > self._deadline:
                    raise TooSlow(f"the download takes more than {self._seconds:.0f} seconds")
                yield chunk

        response.raw.stream = limited
