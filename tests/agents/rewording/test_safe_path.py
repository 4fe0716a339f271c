"""Files are written only inside the folder of an experiment."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.proposals.write import write_proposal
from agents.rewording.prompting.transcript import Transcript
from compiler.base.safe_path import OutsideExperiment, path_inside

INVALID_NAMES = [
    "..",
    ".",
    "",
    "../x",
    "a/b",
    "/etc/passwd",
    "a\\b",
    "~",
    ".hidden",
    "a\n",
    "a\0b",
    "-rf",
    "$HOME",
    "a" * 300,
]


@pytest.mark.parametrize("name", INVALID_NAMES, ids=lambda name: ascii(name[:12]))
def test_name_that_is_not_a_plain_file_name_is_rejected(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutsideExperiment):
        path_inside(tmp_path, "proposals", name)
    with pytest.raises(OutsideExperiment):
        write_proposal(tmp_path, f"proposals/{name}", "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("link", ["proposals", "proposals/x.yaml"])
def test_link_is_not_followed(tmp_path: Path, link: str) -> None:
    elsewhere, experiment = tmp_path / "elsewhere", tmp_path / "experiment"
    elsewhere.mkdir()
    (experiment / link).parent.mkdir(parents=True)
    (experiment / link).symlink_to(elsewhere)
    with pytest.raises(OutsideExperiment):
        write_proposal(experiment, "proposals/x.yaml", "x")
    assert list(elsewhere.iterdir()) == []


def test_proposal_and_transcript_are_written_into_their_folders(tmp_path: Path) -> None:
    write_proposal(tmp_path, "proposals/digits_lr_more.yaml", "x")
    assert (tmp_path / "proposals" / "digits_lr_more.yaml").read_text() == "x"
    path = Transcript().write(tmp_path, "reports", "blog_post")
    assert path == tmp_path / "analysis" / "transcripts" / "reports" / "blog_post.jsonl"


def test_transcript_outside_the_folder_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(OutsideExperiment):
        Transcript().write(tmp_path, "reports", "../../x")
