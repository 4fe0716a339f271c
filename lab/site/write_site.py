"""Write a folder of web pages from the published packages of a lab, and the recorded reproductions of their runs."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.reproduction.badge import badge
from lab.publication.crate.crate_metadata import METADATA
from lab.publication.publication_state import publication_states
from lab.site.published_reproductions import published_reproductions

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Published experiments</title>
<style>body {{ font-family: sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em }}</style>
<h1>Published experiments</h1>
{content}
</html>
"""


class SiteNotWritten(InputError):
    """The folder of a site cannot be written."""


def write_site(lab: Lab, folder: Path) -> list[str]:
    """Write the archives whose publication is open, and an index of their reports. Return the experiments.

    Raises:
        SiteNotWritten: The folder exists and is not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SiteNotWritten(f"{folder}: exists and is not an empty folder (name another one)")
    published = [state for state in publication_states(lab, []) if state.state == "published"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for state in published:
            archive, target = lab.root / state.archive, folder / state.experiment
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(target)
            shutil.copyfile(archive, target / archive.name)
        sections = [_section(lab, folder, state.experiment, Path(state.archive).name) for state in published]
        page = _PAGE.format(content="\n".join(sections) or "<p>No experiment is published.</p>")
        (folder / "index.html").write_text(page, encoding="utf-8")
    except OSError as error:
        raise SiteNotWritten(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
    return [state.experiment for state in published]


def _section(lab: Lab, folder: Path, experiment: str, archive: str) -> str:
    pages = sorted((folder / experiment).rglob("reports/*.html"))
    names = [page.relative_to(folder).as_posix() for page in pages]
    links = [_link(name, Path(name).stem.replace("_", " ")) for name in names]
    if (folder / experiment / experiment / METADATA).is_file():
        links.append(_link(f"{experiment}/{experiment}/{METADATA}", "description for programs (RO-Crate)"))
    links.append(_link(f"{experiment}/{archive}", "package"))
    line = badge(published_reproductions(lab, folder / experiment / experiment))
    reproduced = f"<p>{escape(line)}</p>\n" if line else ""
    return f"<h2>{escape(experiment)}</h2>\n{reproduced}{_list(links)}"


def _link(target: str, text: str) -> str:
    return f'<a href="{escape(quote(target), quote=True)}">{escape(text)}</a>'


def _list(items: Sequence[str]) -> str:
    return "<ul>\n" + "\n".join(f"<li>{item}</li>" for item in items) + "\n</ul>"
