"""The record of an upload is read as the address of the run, and a damaged one is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import write_text
from compiler.tracking.record import DamagedTrackingRecord
from compiler.tracking.upload import UPLOADED, uploaded_address

RUN = "0123456789ab"
ADDRESS = {"project": "proband", "entity": "lab", "run_id": RUN}


@pytest.mark.parametrize("entity", ["lab", None])
def test_address_is_read_back(tmp_path: Path, entity: str | None) -> None:
    write_text(tmp_path / UPLOADED, json.dumps(ADDRESS | {"entity": entity}))
    assert uploaded_address(tmp_path, RUN) == ADDRESS | {"entity": entity}


def test_run_without_the_record_was_not_uploaded(tmp_path: Path) -> None:
    assert uploaded_address(tmp_path, RUN) is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param([], "names no project", id="a list"),
        pytest.param(ADDRESS | {"project": 3}, "names no project", id="number as project"),
        pytest.param(ADDRESS | {"entity": ["lab"]}, "entity must be a name", id="list as entity"),
        pytest.param(ADDRESS | {"run_id": "f" * 12}, f"is about run {'f' * 12}, not {RUN}", id="another run"),
    ],
)
def test_damaged_record_is_named(tmp_path: Path, content: Any, problem: str) -> None:
    write_text(tmp_path / UPLOADED, json.dumps(content))
    with pytest.raises(DamagedTrackingRecord, match=problem):
        uploaded_address(tmp_path, RUN)
