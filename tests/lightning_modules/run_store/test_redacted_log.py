"""The log of a run contains no keys, whatever its length and lines, and is otherwise unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightning_modules.run_store import redacted_log
from lightning_modules.run_store.redacted_log import copy_redacted

KEY = "sk-ant-api03-AAAABBBBCCCCDDDDEEEEFFFF"
PEM = "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQ\n" * 20 + "-----END PRIVATE KEY-----\n"


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redacted_log, "_PIECE", 1000)
    monkeypatch.setattr(redacted_log, "_OVERLAP", 100)


def copied(log: Path, content: bytes) -> str:
    log.write_bytes(content)
    copy_redacted(log, log.with_suffix(".copy"))
    return log.with_suffix(".copy").read_bytes().decode()


@pytest.mark.parametrize("offset", range(850, 1010, 4))
def test_a_key_at_the_end_of_a_piece_is_removed(offset: int, tmp_path: Path) -> None:
    for filler in ("a ", "a\n"):
        before = filler * (offset // 2)
        text = copied(tmp_path / "log", (before + KEY + " after").encode())
        assert text == f"{before}<key> after"


@pytest.mark.parametrize("lines", range(0, 60, 3))
def test_a_private_key_of_many_lines_is_removed(lines: int, tmp_path: Path) -> None:
    text = copied(tmp_path / "log", ("epoch 1\n" * lines + PEM + "epoch 2\n" * 300).encode())
    assert "MIIE" not in text
    assert text.count("epoch") == lines + 300


def test_other_text_is_unchanged(tmp_path: Path) -> None:
    text = "run 0123456789ab\r\n50%\r100%\n" + "é" * 5000 + "\n" + "x" * 5000 + "\n num_tokens: 40\n"
    assert copied(tmp_path / "log", text.encode()) == text
    assert copied(tmp_path / "log", b"\xff\xfe ok") == "\ufffd\ufffd ok"
    assert copied(tmp_path / "log", b"") == ""
