"""The state of a publication follows from its files as they are now, and names what was edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from lab.publication.candidate import NotPrepared, prepared_experiments, read_candidate
from lab.publication.folders import archive_file
from lab.publication.publication_state import publication_state, publication_states
from lab.publication.publish import decide_publication, write_archive
from rules.gates.gate import write_gate
from tests.lab.publication.made_packages import approved, prepared


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "conf").mkdir()
    return Lab(tmp_path)


@pytest.fixture
def published(lab: Lab) -> Lab:
    prepared(lab)
    approved(lab)
    write_gate(lab, "study", decide_publication(lab, "study"))
    write_archive(lab, "study")
    return lab


def test_experiment_without_a_package_is_not_prepared(lab: Lab) -> None:
    state = publication_state(lab, "study")
    assert (state.state, state.command) == ("not prepared", "")
    assert "snakemake --cores 2 publication" in state.reasons[0]
    assert publication_states(lab, []) == []


def test_unapproved_package_shows_questions_and_command(lab: Lab) -> None:
    prepared(lab)
    state = publication_state(lab, "study")
    assert state.state == "closed"
    assert state.reasons == ("approval: no person has approved it",)
    assert state.open_items == {"method": "Is the method sound?"}
    assert state.command == "proband approve study/publication --answer 'method=…'"


def test_approved_package_with_its_archive_is_published(published: Lab) -> None:
    state = publication_state(published, "study")
    assert (state.state, state.reasons, state.command) == ("published", (), "")
    assert (published.root / state.archive).is_file()
    assert prepared_experiments(published) == ["study"]


def test_approved_package_without_an_archive_is_not_published(published: Lab) -> None:
    archive_file(published, "study").unlink()
    assert publication_state(published, "study").reasons == (
        "the archive is not written (run snakemake --cores 2 publication)",
    )


def test_package_that_was_written_again_with_other_content_is_void(published: Lab) -> None:
    prepared(published, readme="# Study, corrected\n")
    archive_file(published, "study").unlink()
    assert "approval: void, because the package is not what Rosa Ahlström approved" in (
        publication_state(published, "study").reasons
    )


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        pytest.param(
            lambda lab: (lab.experiment("study") / "publication/package/README.md").write_text("# Other\n"),
            "README.md: changed",
            id="package",
        ),
        pytest.param(lambda lab: archive_file(lab, "study").write_bytes(b"PK"), "study.zip: changed", id="archive"),
        pytest.param(
            lambda lab: (lab.experiment("study") / "publication/APPROVAL.json").write_text("{}"),
            "study.zip: changed",
            id="approval-in-archive",
        ),
    ],
)
def test_edit_by_hand_is_named(published: Lab, edit: Callable[[Lab], object], reason: str) -> None:
    edit(published)
    state = publication_state(published, "study")
    assert state.state == "edited"
    assert reason in state.reasons


def test_edited_package_cannot_be_decided_on(lab: Lab) -> None:
    package = prepared(lab)
    (package / "extra.txt").touch()
    with pytest.raises(NotPrepared, match=r"was edited: extra\.txt: not listed in CHECKSUMS"):
        read_candidate(lab, "study")


def test_archive_of_an_unapproved_package_is_refused(lab: Lab) -> None:
    prepared(lab)
    write_gate(lab, "study", decide_publication(lab, "study"))
    with pytest.raises(InputError, match="not published: 1 of 3 requirements does not hold: approval: no person"):
        write_archive(lab, "study")
    assert not archive_file(lab, "study").exists()


def test_gate_that_was_opened_by_hand_publishes_nothing(lab: Lab) -> None:
    prepared(lab)
    gate = lab.gate_file("study", "publication")
    write_gate(lab, "study", decide_publication(lab, "study"))
    gate.write_text(gate.read_text().replace('"failed": [', '"ignored": [').replace('"held"', '"failed": [], "held"'))
    with pytest.raises(InputError, match="not published"):
        write_archive(lab, "study")


def test_package_that_was_edited_after_its_gate_opened_is_not_archived(published: Lab) -> None:
    archive_file(published, "study").unlink()
    (published.experiment("study") / "publication/package/README.md").write_text("# Other\n")
    with pytest.raises(InputError, match=r"not published: README\.md: changed"):
        write_archive(published, "study")
    assert not archive_file(published, "study").exists()
