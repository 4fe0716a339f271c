"""Write files as a zip archive whose bytes depend only on the names and contents of the files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can contain
_MODE = 0o100644 << 16
_UNIX = 3


def zip_bytes(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return an archive with the files below a folder, sorted by path.

    The files are stored without compression, because compressed bytes differ between versions of zlib.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{path}", date_time=_TIME)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            archive.writestr(entry, files[path])
    return buffer.getvalue()
