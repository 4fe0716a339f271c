"""A provenance file is read into typed values. Old files are readable, damaged and edited ones are refused."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.runs.provenance_parts import Distribution, GitState, Hardware, Libraries, Python
from compiler.runs.provenance_record import (
    DamagedProvenance,
    ProvenanceRecord,
    config_digest,
    parse_provenance,
    read_provenance,
    read_run_provenance,
)
from compiler.runs.resumed_from import ResumedFrom
from tests.stored_runs import store_run, write_status

FILE = Path("provenance.json")
SHA256 = "a" * 64
SCHEMA_1: dict[str, Any] = {
    "schema_version": 1,
    "run_id": "0123456789ab",
    "fingerprint": "c0de",
    "experiments": ["first"],
    "seed": 3,
    "torch_threads": 2,
    "started_at": "2030-01-01T12:00:00+00:00",
    "resumed": {"epoch": 1, "step": 10, "exact": True},
    "argv": ["train.py"],
    "git": {"commit": "f00", "dirty": True},
    "python": "3.11.9",
    "packages": {"torch": "2.13.0"},
    "platform": "Linux",
    "host": "machine",
    "gpu": None,
}

# changes of a valid record, part of the message
DAMAGES: dict[str, tuple[dict[str, Any], str]] = {
    "number as text": ({"seed": "3"}, "seed: Input should be a valid integer"),
    "source outside the lab": ({"source": {"../secret.py": SHA256}}, "may not contain '..'"),
    "linked source outside": ({"source": {"outside:/secret.py": SHA256}}, "may not contain '..'"),
    "engine source outside": ({"source": {"engine:../secret.py": SHA256}}, "may not contain '..'"),
    "absolute source": ({"source": {"/etc/passwd": SHA256}}, "must be relative"),
    "absolute data": ({"data": {"/etc/passwd": "aa11"}}, "must be relative"),
    "no hash": ({"source": {"model.py": "d41d8"}}, "source.model.py: String should match"),
    "another diff": ({"git": {"commit": "f00", "dirty": True, "diff": "/etc/passwd"}}, "git.diff: Input should be"),
    "git without commit": ({"git": {"dirty": False}}, "git.commit: Field required"),
    "distributions as list": ({"distributions": ["torch"]}, "distributions: Input should be"),
    "later version": ({"schema_version": 99}, "has schema version 99"),
    "not a number": ({"seed": float("nan")}, "provenance.json: "),
    "no fingerprint": ({"fingerprint": None}, "fingerprint: Input should be a valid string"),
    "control characters": ({"packages": {"\x1b[31mtorch": 1}}, r"packages.\x1b[31mtorch"),
}

NO_RECORDS = {
    "empty": b"",
    "half": b'{"run_id',
    "list": b"[]",
    "null": b"null",
    "nested deeply": b"[" * 100_000,
    "not UTF-8": b"\xff\xfe",
}


def parsed(**changes: Any) -> ProvenanceRecord:
    return parse_provenance(json.dumps(SCHEMA_1 | changes).encode(), FILE)


def test_record_of_schema_version_1_is_readable() -> None:
    record = parsed()
    assert (record.schema_version, record.run_id, record.seed) == (1, "0123456789ab", 3)
    assert record.python == Python("3.11.9")
    assert record.git == GitState("f00", dirty=True, branch=None, diff=None, diff_is_exact=False)
    assert record.resumed == ResumedFrom(1, 10, True)
    assert (record.distributions, record.hardware, record.ended_at) == ({}, None, None)


def test_written_record_is_read_back_equal(tmp_path: Path) -> None:
    record = ProvenanceRecord(
        run_id="0123456789ab",
        fingerprint="c0de",
        schema_version=2,
        config_sha256=SHA256,
        source={"model.py": SHA256, "engine:lightning_modules/training/fit.py": SHA256},
        git=GitState("f00", dirty=True, branch="main", diff="source.diff", diff_is_exact=True),
        python=Python("3.11.9", "CPython", "python"),
        distributions={"torch": Distribution("2.13.0", None, SHA256), "proband": Distribution("1", editable=True)},
        hardware=Hardware("a processor", 2, 1 << 30),
        libraries=Libraries(("OpenBLAS 0.3.30",), 1, (), None, {"BLAS_INFO": "mkl"}),
        notes=("git did not answer",),
    )
    write_json(tmp_path / FILE, asdict(record))
    assert read_provenance(tmp_path / FILE) == record


def test_unknown_field_is_ignored() -> None:
    assert parsed(schema_version=2, weather="rain").schema_version == 2


@pytest.mark.parametrize(("changes", "message"), DAMAGES.values(), ids=DAMAGES)
def test_damaged_record_is_refused_with_its_key(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DamagedProvenance) as raised:
        parsed(**changes)
    assert str(raised.value).startswith("provenance.json: ")
    assert message in str(raised.value)


@pytest.mark.parametrize("content", NO_RECORDS.values(), ids=NO_RECORDS)
def test_file_that_is_no_record_is_refused(content: bytes) -> None:
    with pytest.raises(DamagedProvenance, match=r"^provenance\.json: "):
        parse_provenance(content, FILE)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DamagedProvenance, match=r"provenance\.json: cannot be read"):
        read_provenance(tmp_path / FILE)


def test_record_of_a_stored_run_is_read(tmp_path: Path) -> None:
    run = store_run(Lab(tmp_path))
    assert read_run_provenance(Lab(tmp_path), run).fingerprint == "c0de"


def test_record_that_was_edited_after_the_run_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    write_json(lab.run(run) / FILE, {"run_id": run, "fingerprint": "c0de", "seed": 1})
    with pytest.raises(DamagedProvenance, match="was changed after the run"):
        read_run_provenance(lab, run)


def test_record_of_another_run_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    run = store_run(lab)
    write_json(lab.run(run) / FILE, {"run_id": "0123456789ab", "fingerprint": "c0de"})
    write_status(lab, run, {})
    with pytest.raises(DamagedProvenance, match="belongs to run 0123456789ab"):
        read_run_provenance(lab, run)


def test_run_that_is_not_finished_has_no_record(tmp_path: Path) -> None:
    with pytest.raises(DamagedProvenance, match="is not a finished run"):
        read_run_provenance(Lab(tmp_path), "0123456789ab")


def test_config_digest_distinguishes_number_types() -> None:
    assert config_digest({"a": 1, "b": 2}) == config_digest({"b": 2, "a": 1}) != config_digest({"a": 1.0, "b": 2})
