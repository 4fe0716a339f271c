"""An archive depends only on the names and contents of its files."""

from __future__ import annotations

import io
import os
import time
import zipfile

import pytest

from lab.publication.archive import zip_bytes

FILES = {"b.txt": b"2", "a/c.txt": b"1", "B2.txt": "\u00e9".encode()}


def test_order_clock_mask_and_time_zone_do_not_change_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = zip_bytes("study", FILES)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    mask = os.umask(0o077)
    try:
        assert zip_bytes("study", dict(reversed(FILES.items()))) == first
    finally:
        os.umask(mask)
        monkeypatch.undo()
        time.tzset()


def test_entries_are_sorted_plain_files_without_time_and_owner() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_bytes("study", FILES))) as archive:
        entries = archive.infolist()
        assert archive.read("study/a/c.txt") == b"1"
    assert [entry.filename for entry in entries] == ["study/B2.txt", "study/a/c.txt", "study/b.txt"]
    assert {(entry.date_time, entry.external_attr >> 16, entry.extra) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0o100644, b"")
    }
