"""Results whose registration was deleted are named, kept aside and computed again."""

from __future__ import annotations

from pathlib import Path

import pytest
from snakemake.exceptions import WorkflowError

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from rules.build.changes.cited_registrations import report_without_entry, results_without_entry, set_results_aside
from tests.compiler.registration.chains import register


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab in which the results of two experiments cite their registrations, and a third is not registered."""
    monkeypatch.chdir(tmp_path)
    lab = Lab(Path())
    for name in ("first", "second"):
        write_json(lab.results_file(name), {"registration": {"sha256": register(lab, "a b", name=name).head}})
    write_json(lab.results_file("third"), {"registration": {"sha256": None}})
    return lab


NAMES = ("first", "second", "third", "not_built")


def test_results_with_their_entries_are_kept(lab: Lab) -> None:
    assert results_without_entry(lab, NAMES) == []


@pytest.mark.parametrize(
    ("kept_lines", "uncited"), [(1, ["second"]), (0, ["first", "second"])], ids=["the last line", "all lines"]
)
def test_results_of_deleted_entries_are_computed_again(
    kept_lines: int, uncited: list[str], lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = lab.registrations.read_bytes().splitlines(keepends=True)
    lab.registrations.write_bytes(b"".join(lines[:kept_lines]))
    write_json(lab.gate("second"), "delivers")
    assert results_without_entry(lab, NAMES) == uncited
    report_without_entry(lab, ["second"])
    assert "second/results.json: cites an entry that is not in registrations.jsonl" in capsys.readouterr().err
    assert lab.results_file("second").exists()
    set_results_aside(lab, ["second"])
    assert "is kept in results/damaged/second-1" in capsys.readouterr().err
    assert (lab.results / "damaged/second-1/results.json").exists()
    assert not lab.results_file("second").exists()
    assert not lab.gate("second").exists(), "the gates are decided again"


def test_build_with_a_damaged_chain_fails_although_nothing_is_to_be_done(lab: Lab) -> None:
    lab.registrations.write_bytes(lab.registrations.read_bytes()[:-5])
    with pytest.raises(WorkflowError, match="line 2: has no line end"):
        results_without_entry(lab, NAMES)


def test_chain_that_is_a_folder_is_an_error_with_its_name(lab: Lab) -> None:
    lab.registrations.unlink()
    lab.registrations.mkdir()
    with pytest.raises(WorkflowError, match=r"registrations\.jsonl: cannot be read"):
        results_without_entry(lab, NAMES)
