"""The client writes a request as JSON without `json`, and starts without modules that take long to import."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rules.jobserver import client


@pytest.mark.parametrize(
    "value",
    [
        {"job": ["rules.jobs.gate", "a b", ""], "umask": 18, "nice": -5},
        {"limits": {"RLIMIT_NOFILE": [1024, 2**63 - 1], "RLIMIT_CORE": [0, -1]}},
        {
            "environ": {
                "QUOTES": "\"'\\",
                "LINES": "a\nb\t\x1b",
                "LETTERS": "é数🙂",
                "BYTES": b"\xff".decode(errors="surrogateescape"),
            }
        },
        {},
    ],
    ids=["job", "limits", "texts", "empty"],
)
def test_a_request_is_json(value: dict[str, object]) -> None:
    assert json.loads(client._as_json(value)) == value


def test_the_client_imports_no_slow_module() -> None:
    """It is imported under a name, because running it would start a job."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import client; print(*sys.modules)"
    command = [sys.executable, "-SE", "-c", code, str(Path(client.__file__).parent)]
    imported = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "client" in imported
    assert {"json", "socket", "signal", "subprocess", "contextlib", "re", "enum", "typing"}.isdisjoint(imported)
