"""The site contains the archives of published experiments, and nothing else of the lab."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.publication.publication_state import PublicationState, State
from lab.site import write_site as module
from lab.site.write_site import SiteNotWritten, write_site


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab with an archive for each state of a publication."""
    states: list[PublicationState] = []
    kinds: tuple[State, ...] = ("published", "closed", "edited")
    for state in kinds:
        archive = tmp_path / f"results/experiments/{state}/publication/{state}.zip"
        archive.parent.mkdir(parents=True)
        with zipfile.ZipFile(archive, "w") as packed:
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
