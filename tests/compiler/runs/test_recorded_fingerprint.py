"""The fingerprint of a run is found in a file of any form, and never in a nested value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.base.json_files import json_bytes
from compiler.runs.recorded_fingerprint import recorded_fingerprint

# content of provenance.json, fingerprint
CONTENTS: dict[str, tuple[bytes, str | None]] = {
    "as written": (json_bytes({"fingerprint": "c0de", "zeta": 1}), "c0de"),
    "last key": (json_bytes({"argv": [], "fingerprint": "c0de"}), "c0de"),
    "nested before": (json_bytes({"a": {"fingerprint": "nested"}, "fingerprint": "c0de"}), "c0de"),
    "only nested": (json_bytes({"a": {"fingerprint": "nested"}}), None),
    "in a text": (json_bytes({"argv": ['\n  "fingerprint": "text"'], "fingerprint": "c0de"}), "c0de"),
    "one line": (json.dumps({"fingerprint": "c0de"}).encode(), "c0de"),
    "other indent": (json.dumps({"a": {"fingerprint": "nested"}, "fingerprint": "c0de"}, indent=1).encode(), "c0de"),
    "with escape": (json_bytes({"fingerprint": 'a"b'}), 'a"b'),
    "not text": (json_bytes({"fingerprint": 1}), None),
    "null": (json_bytes({"fingerprint": None}), None),
    "empty text": (json_bytes({"fingerprint": ""}), ""),
    "cut": (json_bytes({"fingerprint": "c0de", "zeta": 1})[:-5], None),
    "list": (b"[]", None),
    "empty": (b"", None),
    "not UTF-8": (b"\xff", None),
    "nested deeply": (b"[" * 100_000, None),
}


@pytest.mark.parametrize(("content", "fingerprint"), CONTENTS.values(), ids=CONTENTS)
def test_fingerprint_is_read(content: bytes, fingerprint: str | None, tmp_path: Path) -> None:
    (tmp_path / "provenance.json").write_bytes(content)
    assert recorded_fingerprint(tmp_path) == fingerprint


def test_missing_file_has_no_fingerprint(tmp_path: Path) -> None:
    assert recorded_fingerprint(tmp_path) is None
