"""The site contains the archives of published experiments, and nothing else of the lab."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compiler.base.identity import run_id
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.reproduction import read_records
from lab.publication.contents.redacted_json import redacted_json
from lab.publication.publication_state import PublicationState, State
from lab.reproduction.records import record
from lab.site import write_site as module
from lab.site.write_site import SiteNotWritten, write_site
from tests.compiler.reproduction.made_reproductions import MACHINE, reproduction_of
from tests.stored_runs import store_run, write_status


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab with an archive for each state of a publication."""
    states: list[PublicationState] = []
    kinds: tuple[State, ...] = ("published", "closed", "edited")
    for state in kinds:
        archive = tmp_path / f"results/experiments/{state}/publication/{state}.zip"
        archive.parent.mkdir(parents=True)
        run = store_run(Lab(tmp_path), seed=len(states), hint="see /home/ada/notes")
        status = redacted_json(read_json(Lab(tmp_path).status(run))).content
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr(f"{state}/runs/{run}/status.json", status)
            packed.writestr(f"{state}/reports/technical_report.html", f"<p>{state}</p>")
        name = archive.relative_to(tmp_path).as_posix()
        states.append(PublicationState(state, state, "", name, (), {}, ""))
    monkeypatch.setattr(module, "publication_states", lambda lab, names: states)
    return Lab(tmp_path)


def test_only_published_packages_are_written(lab: Lab, tmp_path: Path) -> None:
    assert write_site(lab, tmp_path / "site") == ["published"]
    assert {path.name for path in (tmp_path / "site").iterdir()} == {"published", "index.html"}
    page = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    for link in ("published/published/reports/technical_report.html", "published/published.zip"):
        assert f'href="{link}"' in page
        assert (tmp_path / "site" / link).is_file()


def test_folder_with_files_is_not_changed(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/own.html").touch()
    with pytest.raises(SiteNotWritten, match="is not an empty folder"):
        write_site(lab, tmp_path / "site")
    assert len(list((tmp_path / "site").iterdir())) == 1


def test_site_without_publications_has_an_index(tmp_path: Path) -> None:
    assert write_site(Lab(tmp_path), tmp_path / "site") == []
    assert "No experiment is published." in (tmp_path / "site/index.html").read_text(encoding="utf-8")


PUBLISHED = run_id({"seed": 0, "model": {"lr": 0.1}}, {"data/rows.csv": "aa11"})  # the run of the published package
BADGE = f"<p>reproduced 1 time; last 2030-03-01 09:15 UTC on {MACHINE}; result: identical</p>"


def _page(lab: Lab) -> str:
    write_site(lab, lab.root / "site")
    return (lab.root / "site/index.html").read_text(encoding="utf-8")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make now a time after the records."""
    monkeypatch.setattr(read_records.reproductions, "__defaults__", (lambda: datetime(2031, 1, 1, tzinfo=UTC),))


@pytest.mark.usefixtures("later")
def test_site_has_the_badge_of_recorded_reproductions(lab: Lab) -> None:
    record(lab, reproduction_of(lab, PUBLISHED))
    assert BADGE in _page(lab)


def _edit(lab: Lab) -> None:
    [file] = (lab.root / "reproductions").iterdir()
    file.write_text(file.read_text().replace('"trainings": 1', '"trainings": 2'))


def _train_again(lab: Lab) -> None:
    """Replace the training, and record a reproduction of the new one."""
    write_status(lab, PUBLISHED, {"attempt": 2})
    record(lab, reproduction_of(lab, PUBLISHED, at="20300302T091500.000000Z"))


def _other_run(lab: Lab) -> None:
    shutil.rmtree(lab.root / "reproductions")
    record(lab, reproduction_of(lab, store_run(lab, seed=9)))


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda lab: shutil.rmtree(lab.root / "reproductions"), id="no record"),
        pytest.param(_edit, id="edited record"),
        pytest.param(_train_again, id="another training than the published one"),
        pytest.param(_other_run, id="record of another run"),
        pytest.param(lambda lab: shutil.rmtree(lab.run(PUBLISHED)), id="run is gone"),
    ],
)
def test_site_has_no_badge_without_a_record_of_the_published_training(lab: Lab, spoil: Callable[[Lab], object]) -> None:
    record(lab, reproduction_of(lab, PUBLISHED))
    spoil(lab)
    assert "eproduced" not in _page(lab)
