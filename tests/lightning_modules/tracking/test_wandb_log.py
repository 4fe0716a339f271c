"""The log of W&B is read completely, and every damaged byte is detected."""

from __future__ import annotations

import getpass
import platform
import struct
import zlib
from pathlib import Path

import pytest
from training_jobs import RUN_ID
from wandb.proto.wandb_internal_pb2 import OutputRawRecord, Record, RunExitRecord

from lightning_modules.tracking.wandb_log import CorruptRunLog, _chunks, read_run_log

BLOCK = 32 * 1024


@pytest.fixture
def log(finished: Path) -> Path:
    (path,) = (finished / "output" / "wandb").rglob("run-*.wandb")
    return path


def test_log_contains_the_run(log: Path) -> None:
    run = read_run_log(log)
    assert (run.run_id, run.project, run.exit_code, run.finished) == (RUN_ID, "proband", 0, True)
    assert {"seed", "data", "model", "trainer"} <= run.config
    assert not {"tracking", "resources"} & run.config
    assert (run.history["train_loss"], run.history["eval_loss"], run.history["accuracy"]) == (170, 5, 1)
    assert run.summary["accuracy"] >= 0.93


def test_log_is_long_enough_for_several_blocks(log: Path) -> None:
    assert log.stat().st_size > 2 * BLOCK


def test_other_files_of_wandb_are_deleted(finished: Path, log: Path) -> None:
    assert [file for file in (finished / "output" / "wandb").rglob("*") if not file.is_dir()] == [log]


def test_log_contains_no_user_name_and_no_host_name(log: Path) -> None:
    """A name is preceded by its length in the log. Without the length, a short name could be part of another word."""
    for name in (getpass.getuser(), platform.node()):
        assert bytes([len(name)]) + name.encode() not in log.read_bytes()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_truncated_log_is_rejected(share: float, log: Path, tmp_path: Path) -> None:
    content = log.read_bytes()
    cut = int(len(content) * share)
    cut += cut in {start for start, _, _ in _chunks(log, content)}  # a log cut between two records is valid
    (tmp_path / "run.wandb").write_bytes(content[:cut])
    with pytest.raises(CorruptRunLog, match=r"run\.wandb, byte \d+: "):
        read_run_log(tmp_path / "run.wandb")


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.2, 0.5, 0.8, 0.99999])
@pytest.mark.parametrize("bit", [0x01, 0x80])
def test_changed_byte_is_detected(share: float, bit: int, log: Path, tmp_path: Path) -> None:
    content = bytearray(log.read_bytes())
    content[int(len(content) * share)] ^= bit
    (tmp_path / "run.wandb").write_bytes(content)
    with pytest.raises(CorruptRunLog):
        read_run_log(tmp_path / "run.wandb")


def test_log_cut_between_two_records_belongs_to_an_unfinished_run(log: Path, tmp_path: Path) -> None:
    """After a crash, all records are complete and the last one is missing."""
    content = log.read_bytes()
    *_, (start, _, _) = _chunks(log, content)
    (tmp_path / "run.wandb").write_bytes(content[:start])
    assert not read_run_log(tmp_path / "run.wandb").finished


def test_missing_block_is_detected(log: Path, tmp_path: Path) -> None:
    """Without the middle block, the rest starts or ends inside a record."""
    content = log.read_bytes()
    (tmp_path / "run.wandb").write_bytes(content[:BLOCK] + content[2 * BLOCK :])
    with pytest.raises(CorruptRunLog):
        read_run_log(tmp_path / "run.wandb")


def test_first_chunk_of_a_record_can_be_empty(log: Path, tmp_path: Path) -> None:
    """If only a header fits at the end of a block, the writer puts a chunk without payload there."""
    start = _through_run_record(log.read_bytes())
    size = BLOCK - len(start) - 2 * 7  # size of a payload that leaves 7 bytes in the block
    filler = next(text for length in range(size - 16, size) if len(text := _line(length)) == size)
    last = Record(exit=RunExitRecord(exit_code=0)).SerializeToString()
    path = tmp_path / "run-a.wandb"
    path.write_bytes(start + _chunk(1, filler) + _chunk(2, b"") + _chunk(4, last))
    assert read_run_log(path).exit_code == 0


def _line(size: int) -> bytes:
    return Record(output_raw=OutputRawRecord(line="x" * size)).SerializeToString()


def _through_run_record(content: bytes) -> bytes:
    """Return the start of a log, up to and including the run record."""
    offset, is_run = 7, False
    while not is_run:
        _, length, _ = struct.unpack_from("<IHB", content, offset)
        is_run = Record.FromString(content[offset + 7 : offset + 7 + length]).HasField("run")
        offset += 7 + length
    return content[:offset]


def _chunk(kind: int, payload: bytes) -> bytes:
    return struct.pack("<IHB", zlib.crc32(payload, zlib.crc32(bytes([kind]))), len(payload), kind) + payload
