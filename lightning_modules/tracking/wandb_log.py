"""Read a `run-*.wandb` file, the log that W&B writes of a run, online and offline.

The format is LevelDB's log (https://github.com/google/leveldb/blob/main/doc/log_format.md) with two differences: the
file starts with a header of 7 bytes, and the checksum is zlib's CRC-32 over type and payload. A record, which may be
split into chunks, is a protobuf message `Record` of W&B.
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

LOG = "output/wandb"  # the folder of the log in that of a run
ADDED_LOG = "tracking/wandb"  # of a log that was written after the training, which replaces that of the training
_LOG_FILE = "run-*.wandb"
_FILE_HEADER = struct.pack("<4sHB", b":W&B", 0xBEE1, 0)  # name, magic number, version
_CHUNK_HEADER = struct.Struct("<IHB")  # checksum, length, type
_BLOCK_SIZE = 32 * 1024
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


class CorruptRunLog(Exception):
    """The file is truncated, was changed, or is not a log of W&B."""

    def __init__(self, path: Path, offset: int, problem: str) -> None:
        super().__init__(f"{path.name}, byte {offset}: {problem}")


@dataclass(frozen=True)
class RunLog:
    """The content of the log of one W&B run. `history` holds, for each metric, the number of rows that contain it."""

    run_id: str
    project: str
    config: frozenset[str]
    history: dict[str, int]
    values: dict[str, list[Any]]  # of each metric, in the order of logging
    summary: dict[str, Any]
    exit_code: int | None  # None if the run did not finish

    @property
    def finished(self) -> bool:
        return self.exit_code is not None


def find_logs(folder: Path, path: str = LOG) -> list[Path]:
    """Return the W&B logs of a run: those added after the training, else those below `path`. A tracked run has one."""
    return sorted((folder / ADDED_LOG).rglob(_LOG_FILE)) or sorted((folder / path).rglob(_LOG_FILE))


def read_run_log(path: Path) -> RunLog:
    """Read the complete file and verify every byte of it.

    Raises:
        CorruptRunLog: The file is not exactly what W&B wrote.
        OSError: The file cannot be read.
    """
    from google.protobuf.message import DecodeError
    from wandb.proto.wandb_internal_pb2 import Record  # type: ignore[attr-defined]

    content, records = path.read_bytes(), []
    for offset, payload in _record_payloads(path, content):
        try:
            records.append(Record.FromString(payload))
        except DecodeError as error:
            raise CorruptRunLog(path, offset, f"not a record of W&B ({error})") from error
    return _run_log(path, records)


def _record_payloads(path: Path, content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the offset and the payload of each record. A record that crosses a block boundary is joined."""
    start, parts = 0, None  # None: not inside a record. The first part is empty if only a header fits into its block.
    for offset, kind, payload in _chunks(path, content):
        if (kind in (_FULL, _FIRST)) == (parts is not None):
            raise CorruptRunLog(path, offset, "a record starts inside another record, or its start is missing")
        start, parts = (offset, payload) if parts is None else (start, parts + payload)
        if kind in (_FULL, _LAST):
            yield start, parts
            parts = None
    if parts is not None:
        raise CorruptRunLog(path, len(content), "the last record is incomplete")


def _chunks(path: Path, content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the offset, the type and the payload of each chunk, with the checksum verified."""
    if not content.startswith(_FILE_HEADER):
        raise CorruptRunLog(path, 0, "not a log of W&B")
    offset = len(_FILE_HEADER)
    while offset < len(content):
        remaining = _BLOCK_SIZE - offset % _BLOCK_SIZE
        if remaining < _CHUNK_HEADER.size:  # padding at the end of a block
            offset += remaining
            continue
        if offset + _CHUNK_HEADER.size > len(content):
            raise CorruptRunLog(path, offset, "the file ends inside a header")
        checksum, length, kind = _CHUNK_HEADER.unpack_from(content, offset)
        payload = content[offset + _CHUNK_HEADER.size : offset + _CHUNK_HEADER.size + length]
        if (
            kind not in (_FULL, _FIRST, _MIDDLE, _LAST)
            or len(payload) < length
            or _CHUNK_HEADER.size + length > remaining
        ):
            raise CorruptRunLog(path, offset, "a chunk has an unknown type or extends past its block or the file")
        if zlib.crc32(payload, zlib.crc32(bytes([kind]))) != checksum:
            raise CorruptRunLog(path, offset, "the checksum does not match")
        yield offset, kind, payload
        offset += _CHUNK_HEADER.size + length


def _run_log(path: Path, records: list[Any]) -> RunLog:
    kinds = [record.WhichOneof("record_type") for record in records]
    if "run" not in kinds:
        raise CorruptRunLog(path, 0, "the log contains no run record")
    run = records[kinds.index("run")].run
    rows = [record.history.item for record in records if record.HasField("history")]
    updates = [item for record in records if record.HasField("summary") for item in record.summary.update]
    exits = [record.exit.exit_code for record in records if record.HasField("exit")]
    return RunLog(
        run_id=run.run_id,
        project=run.project,
        config=frozenset(_key(item) for item in run.config.update),
        history=dict(Counter(_key(item) for row in rows for item in row)),
        values=_values(rows),
        summary={_key(item): json.loads(item.value_json) for item in updates},
        exit_code=exits[-1] if exits else None,
    )


def _values(rows: Iterable[Iterable[Any]]) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for row in rows:
        for item in row:
            values.setdefault(_key(item), []).append(json.loads(item.value_json))
    return values


def _key(item: Any) -> str:
    parts: Iterable[str] = [item.key] if item.key else item.nested_key
    return ".".join(parts)
