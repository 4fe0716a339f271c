"""Return the end of the log of a build."""

from __future__ import annotations

from pathlib import Path

from compiler.base.printable import printable
from compiler.base.redaction import redact

_LINES, _BYTES = 40, 20_000


def log_tail(log: Path) -> tuple[str, ...]:
    """Return the last lines of a log without secrets, paths and addresses, because the error file is kept in git."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _BYTES))
            text = file.read(_BYTES).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ()
    return tuple(redact(printable(text)).splitlines()[-_LINES:])
