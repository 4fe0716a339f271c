"""Files that the config names and DVC does not track are listed. Other texts of a config are no files."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.runs.provenance_parts import Fused, FusionProof
from compiler.runs.provenance_record import ProvenanceRecord
from compiler.runs.run_status import RunStatus
from lab.reproduction.recorded_run import RecordedRun
from lab.reproduction.run_notes import fused_note, untracked_data
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


def test_a_repetition_states_that_the_recorded_run_was_trained_together_with_others() -> None:
    fused = Fused(("a", "b", "c"), 3.0, FusionProof("b", 0.0, 1e-5, True, 1.0))
    for record, notes in ((fused, 1), (None, 0)):
        provenance = ProvenanceRecord("0" * 12, "c0de", fused=record)
        run = RecordedRun("0" * 12, Path(), RunStatus("completed"), {}, {}, provenance)
        written = list(fused_note(run))
        assert len(written) == notes
        assert all("trained together with 2 others" in note and "1e-05" in note for note in written)
