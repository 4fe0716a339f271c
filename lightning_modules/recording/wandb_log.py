"""Reads a `run-*.wandb` file back: the log that W&B keeps of a run, offline and online.

The format is LevelDB's log (https://github.com/google/leveldb/blob/main/doc/log_format.md) behind a file header of 7
bytes, with zlib's CRC-32 over type and payload. Each record is one protobuf `Record` of W&B.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE_HEADER = struct.pack("<4sHB", b":W&B", 0xBEE1, 0)  # name, magic, version
_CHUNK = struct.Struct("<IHB")  # checksum, length, type
_BLOCK = 32 * 1024
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


class CorruptRunLog(Exception):
    """The file is truncated, altered, or no log of W&B."""

    def __init__(self, path: Path, offset: int, problem: str) -> None:
        super().__init__(f"{path.name}, byte {offset}: {problem}")


@dataclass(frozen=True)
class RunLog:
    """What one tracked run says of itself. `history` counts the rows that hold each metric."""

    run_id: str
    project: str
    config: frozenset[str]
    history: dict[str, int]
    summary: dict[str, Any]
    exit_code: int | None  # None while the run is not finished

    @property
    def finished(self) -> bool:
        return self.exit_code is not None


def read_run_log(path: Path) -> RunLog:
    """Reads the whole file and checks every byte of it.

    Raises:
        CorruptRunLog: the file is not exactly what W&B wrote.
        OSError: it cannot be read.
    """
    from google.protobuf.message import DecodeError
    from wandb.proto.wandb_internal_pb2 import Record  # type: ignore[attr-defined]

    content, records = path.read_bytes(), []
    for offset, payload in _payloads(path, content):
        try:
            records.append(Record.FromString(payload))
        except DecodeError as error:
            raise CorruptRunLog(path, offset, f"no record of W&B ({error})") from error
    return _summary(path, records)


def _payloads(path: Path, content: bytes) -> Iterator[tuple[int, bytes]]:
    """Whole records and where each begins. One that crosses blocks is put together again."""
    start, parts = 0, None  # a first part may be empty: a header that just fits at the end of its block
    for offset, kind, payload in _chunks(path, content):
        if (kind in (_FULL, _FIRST)) == (parts is not None):
            raise CorruptRunLog(path, offset, "a record begins within another or lacks its beginning")
        start, parts = (offset, payload) if parts is None else (start, parts + payload)
        if kind in (_FULL, _LAST):
            yield start, parts
            parts = None
    if parts is not None:
        raise CorruptRunLog(path, len(content), "the last record is incomplete")


def _chunks(path: Path, content: bytes) -> Iterator[tuple[int, int, bytes]]:
    if not content.startswith(_FILE_HEADER):
        raise CorruptRunLog(path, 0, "not a log of W&B")
    offset = len(_FILE_HEADER)
    while offset < len(content):
        room = _BLOCK - offset % _BLOCK
        if room < _CHUNK.size:  # too little for a header: padding
            offset += room
            continue
        if offset + _CHUNK.size > len(content):
            raise CorruptRunLog(path, offset, "the file ends within a header")
        checksum, length, kind = _CHUNK.unpack_from(content, offset)
        payload = content[offset + _CHUNK.size : offset + _CHUNK.size + length]
        if kind not in (_FULL, _FIRST, _MIDDLE, _LAST) or len(payload) < length or _CHUNK.size + length > room:
            raise CorruptRunLog(path, offset, "a record has no known type, or ends behind its block or the file")
        if zlib.crc32(payload, zlib.crc32(bytes([kind]))) != checksum:
            raise CorruptRunLog(path, offset, "the checksum does not match")
        yield offset, kind, payload
        offset += _CHUNK.size + length


def _summary(path: Path, records: list[Any]) -> RunLog:
    kinds = [record.WhichOneof("record_type") for record in records]
    if "run" not in kinds:
        raise CorruptRunLog(path, 0, "it names no run")
    run = records[kinds.index("run")].run
    rows = [record.history.item for record in records if record.HasField("history")]
    updates = [item for record in records if record.HasField("summary") for item in record.summary.update]
    exits = [record.exit.exit_code for record in records if record.HasField("exit")]
    return RunLog(
        run_id=run.run_id,
        project=run.project,
        config=frozenset(_key(item) for item in run.config.update),
        history=dict(Counter(_key(item) for row in rows for item in row)),
        summary={_key(item): json.loads(item.value_json) for item in updates},
        exit_code=exits[-1] if exits else None,
    )


def _key(item: Any) -> str:
    parts: Iterable[str] = [item.key] if item.key else item.nested_key
    return ".".join(parts)
