"""Files that the config names and DVC does not track are listed. Other texts of a config are no files."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.runs.provenance_record import ProvenanceRecord
from compiler.runs.run_status import RunStatus
from lab.reproduction.recorded_run import RecordedRun
from lab.reproduction.run_notes import untracked_data
from tests.labs import write_lab


@pytest.mark.parametrize(
    ("text", "is_listed"),
    [
        pytest.param("data/own.csv", True, id="file that DVC does not track"),
        pytest.param("data/rows.csv", False, id="file that DVC tracks"),
        pytest.param("data", False, id="folder"),
        pytest.param("no such file", False, id="other text"),
        pytest.param("x" * 300, False, id="text too long for a file name"),
        pytest.param("a\0b", False, id="text with a null character"),
    ],
)
def test_untracked_files_of_the_config_are_listed(tmp_path: Path, text: str, is_listed: bool) -> None:
    lab = write_lab(tmp_path / "lab", {"data/own.csv": "1\n", "data/rows.csv": "1\n"})
    record = ProvenanceRecord("0" * 12, "c0de")
    run = RecordedRun("0" * 12, Path(), RunStatus("completed"), {"text": text}, {"data/rows.csv": "0"}, record)
    assert bool(list(untracked_data(lab, run))) is is_listed
