"""Edited results and documents are named, kept aside and computed again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.json_files import write_json, write_text
from compiler.base.paths import Lab
from rules.build.changes.edited_experiments import report_edits, set_edits_aside
from rules.build.changes.experiment_files import EditedOutputs, edited_outputs, forget_outputs, record_outputs

FILES = (
    "results.json",
    "facts.jsonl",
    "deliverables/config.json",
    "reports/paper.pdf",
    "analysis/ledger.json",
    "environment/requirements.lock",
)


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab in which a build of one experiment is complete."""
    monkeypatch.chdir(tmp_path)
    lab = Lab(Path())
    for path in FILES:
        write_text(lab.experiment("study") / path, "as built")
    record_outputs(lab, ["study"])
    return lab


def write(path: str) -> Callable[[Path], object]:
    return lambda folder: (folder / path).write_text("as edit!")


EDITS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "nothing": (lambda folder: None, ()),
    "the results": (write("results.json"), ("results.json",)),
    "a check result and a report": (
        lambda folder: [write("deliverables/config.json")(folder), write("reports/paper.pdf")(folder)],
        ("deliverables/config.json", "reports/paper.pdf"),
    ),
    "a package": (write("environment/requirements.lock"), ("environment/requirements.lock",)),
    "a deleted file": (lambda folder: (folder / "facts.jsonl").unlink(), ("facts.jsonl",)),
    "only a time": (lambda folder: os.utime(folder / "results.json", (0, 0)), ()),
    "the requests to language models": (write("analysis/ledger.json"), ()),
    "a proposal": (write("registration.json"), ()),
}


@pytest.mark.parametrize(("edit", "files"), EDITS.values(), ids=EDITS)
def test_edited_outputs_are_found(edit: Callable[[Path], object], files: tuple[str, ...], lab: Lab) -> None:
    edit(lab.experiment("study"))
    assert edited_outputs(lab, ["study"]) == ([EditedOutputs("study", files)] if files else [])


def test_edited_file_is_kept_aside_and_named(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    write("results.json")(lab.experiment("study"))
    write_json(lab.gate("study"), "delivers")
    edits = edited_outputs(lab, ["study"])
    report_edits(edits)
    assert "results/experiments/study/results.json: changed or missing" in capsys.readouterr().err
    assert lab.results_file("study").exists()
    set_edits_aside(lab, edits)
    assert "is kept in results/damaged/study-1" in capsys.readouterr().err
    assert not lab.results_file("study").exists()
    assert not lab.gate("study").exists(), "the gates are decided again"
    assert (lab.results / "damaged/study-1/results.json").read_text() == "as edit!"


def test_files_of_a_killed_build_are_not_called_edited(lab: Lab) -> None:
    record_outputs(lab, ["other"])
    forget_outputs(lab, ["study"])
    write("results.json")(lab.experiment("study"))
    assert edited_outputs(lab, ["study", "other"]) == [EditedOutputs("study", (), is_known=False)]


@pytest.mark.parametrize("content", [None, "{", '{"experiments": {"study": {"results.json": 3}}}'])
def test_experiment_without_a_recorded_build_is_computed_again(content: str | None, lab: Lab) -> None:
    index = lab.state / "seen_outputs.json"
    index.unlink() if content is None else index.write_text(content)
    write_json(lab.evidence("study"), {})
    write_json(lab.gate_file("study", "training"), {})
    edits = edited_outputs(lab, ["study", "not_built"])
    assert edits == [EditedOutputs("study", (), is_known=False)]
    set_edits_aside(lab, edits)
    assert not lab.evidence("study").exists()
    assert not lab.gate_file("study", "training").exists(), "the gate needs it, so the results are computed again"
    assert lab.results_file("study").exists()
