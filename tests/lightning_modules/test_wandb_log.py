from __future__ import annotations

import getpass
import platform
import struct
import zlib
from pathlib import Path

import pytest
from training_jobs import RUN_ID
from wandb.proto.wandb_internal_pb2 import OutputRawRecord, Record, RunExitRecord

from lightning_modules.recording.wandb_log import CorruptRunLog, _chunks, read_run_log

BLOCK = 32 * 1024


@pytest.fixture
def log(finished: Path) -> Path:
    (path,) = (finished / "output" / "wandb").rglob("run-*.wandb")
    return path


def test_a_log_is_read_back(log: Path) -> None:
    run = read_run_log(log)
    assert (run.run_id, run.project, run.exit_code, run.finished) == (RUN_ID, "proband", 0, True)
    assert {"seed", "data", "model", "trainer"} <= run.config
    assert not {"tracking", "resources"} & run.config
    assert (run.history["train_loss"], run.history["eval_loss"], run.history["accuracy"]) == (170, 5, 1)
    assert run.summary["accuracy"] >= 0.93


def test_the_log_is_long_enough_to_cross_blocks(log: Path) -> None:
    assert log.stat().st_size > 2 * BLOCK


def test_only_the_log_is_kept(finished: Path, log: Path) -> None:
    assert [file for file in (finished / "output" / "wandb").rglob("*") if not file.is_dir()] == [log]


def test_the_log_names_no_user_and_no_machine(log: Path) -> None:
    """As texts of their own: a short name may well be part of another word."""
    for name in (getpass.getuser(), platform.node()):
        assert bytes([len(name)]) + name.encode() not in log.read_bytes()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_log_is_refused(share: float, log: Path, tmp_path: Path) -> None:
    content = log.read_bytes()
    cut = int(len(content) * share)
    cut += cut in {start for start, _, _ in _chunks(log, content)}  # between two records nothing is cut
    (tmp_path / "run.wandb").write_bytes(content[:cut])
    with pytest.raises(CorruptRunLog, match=r"run\.wandb, byte \d+: "):
        read_run_log(tmp_path / "run.wandb")


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.2, 0.5, 0.8, 0.99999])
@pytest.mark.parametrize("bit", [0x01, 0x80])
def test_an_altered_byte_is_noticed(share: float, bit: int, log: Path, tmp_path: Path) -> None:
    content = bytearray(log.read_bytes())
    content[int(len(content) * share)] ^= bit
    (tmp_path / "run.wandb").write_bytes(content)
    with pytest.raises(CorruptRunLog):
        read_run_log(tmp_path / "run.wandb")


def test_a_log_cut_between_two_records_is_of_an_unfinished_run(log: Path, tmp_path: Path) -> None:
    """What a crash leaves: every record is whole, the last one is missing."""
    content = log.read_bytes()
    *_, (start, _, _) = _chunks(log, content)
    (tmp_path / "run.wandb").write_bytes(content[:start])
    assert not read_run_log(tmp_path / "run.wandb").finished


def test_a_record_moved_to_another_place_is_noticed(log: Path, tmp_path: Path) -> None:
    """The middle block is taken out: what is left begins or ends within a record."""
    content = log.read_bytes()
    (tmp_path / "run.wandb").write_bytes(content[:BLOCK] + content[2 * BLOCK :])
    with pytest.raises(CorruptRunLog):
        read_run_log(tmp_path / "run.wandb")


def test_a_record_may_begin_with_an_empty_part(log: Path, tmp_path: Path) -> None:
    """Where just a header fits at the end of a block, the writer puts one there without any payload."""
    run = _up_to_the_run(log.read_bytes())
    room = BLOCK - len(run) - 2 * 7  # for the payload of a filler, so that 7 bytes are left behind it
    filler = next(text for size in range(room - 16, room) if len(text := _line(size)) == room)
    last = Record(exit=RunExitRecord(exit_code=0)).SerializeToString()
    path = tmp_path / "run-a.wandb"
    path.write_bytes(run + _chunk(1, filler) + _chunk(2, b"") + _chunk(4, last))
    assert read_run_log(path).exit_code == 0


def _line(size: int) -> bytes:
    return Record(output_raw=OutputRawRecord(line="x" * size)).SerializeToString()


def _up_to_the_run(content: bytes) -> bytes:
    """The beginning of a log, with the record that names the run."""
    offset, found = 7, False
    while not found:
        _, length, _ = struct.unpack_from("<IHB", content, offset)
        found = Record.FromString(content[offset + 7 : offset + 7 + length]).HasField("run")
        offset += 7 + length
    return content[:offset]


def _chunk(kind: int, payload: bytes) -> bytes:
    return struct.pack("<IHB", zlib.crc32(payload, zlib.crc32(bytes([kind]))), len(payload), kind) + payload
