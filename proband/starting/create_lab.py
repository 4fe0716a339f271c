"""Create a lab: configs, an experiment that runs, a Snakefile, a profile, and version control."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.lab_trust.trusted_labs import add_trusted_lab
from compiler.base.paths import ENGINE
from proband.starting.version_control import start_version_control

_TEMPLATE = Path(__file__).parent / "templates" / "lab"
SUFFIX = ".template"
_OF_EVERY_LAB = frozenset({".gitignore", "Snakefile", "dvc.yaml"})
_IGNORED = (
    "/.proband/",
    "/.snakemake/",
    "/results/.*.lock",
    "/dvc_plots/",
)  # lines that the .gitignore of every lab needs


class NotCreated(InputError):
    """A lab cannot be created in a folder. The message states why."""


@dataclass(frozen=True)
class CreatedLab:
    """What `create_lab` did: files that it wrote, files that existed and were kept, and further lines for the user."""

    root: Path
    created: tuple[str, ...]
    kept: tuple[str, ...]
    notes: tuple[str, ...]


def create_lab(root: Path) -> CreatedLab:
    """Create a lab in a folder. Existing files are kept; missing lines are appended to an existing `.gitignore`.

    The example experiment is written only to a folder without experiments.

    Raises:
        NotCreated: The path is a file, the folder cannot be written, or it is inside the engine.
    """
    _check(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        sources = _sources(root)
        created = tuple(_write_missing(root, sources))
        notes = (*_git_ignore_notes(root), *start_version_control(root))
    except OSError as error:
        raise NotCreated(f"{root}: cannot be written: {error.strerror}") from error
    kept = tuple(name for name in sources if name not in created)
    return CreatedLab(root, created, kept, (*notes, *_trust(root)))


def has_experiments(root: Path) -> bool:
    return any((root / "conf/experiment").rglob("*.yaml"))


def _check(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise NotCreated(f"{root}: is a file (name a folder)")
    if root.resolve().is_relative_to(ENGINE):
        raise NotCreated(f"{root}: is inside Proband itself (name another folder)")


def _sources(root: Path) -> dict[str, Path]:
    """Return the files that the lab needs, by their paths in the lab: templates, and the profiles of the engine."""
    templates = {_path_in_lab(file): file for file in sorted(_TEMPLATE.rglob("*")) if file.is_file()}
    needed = {name: file for name, file in templates.items() if name in _OF_EVERY_LAB or not has_experiments(root)}
    profiles = sorted((ENGINE / "profiles").glob("*/*.yaml"))
    return needed | {file.relative_to(ENGINE).as_posix(): file for file in profiles}


def _path_in_lab(template: Path) -> str:
    """Return the path of a template in a lab. Files that tools would use as their own have a suffix."""
    return template.relative_to(_TEMPLATE).as_posix().removesuffix(SUFFIX)


def _write_missing(root: Path, sources: Mapping[str, Path]) -> Iterator[str]:
    for name, source in sources.items():
        target = root / name
        if not target.exists() and not target.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
            yield name


def _git_ignore_notes(root: Path) -> Iterator[str]:
    """Append the missing lines to an existing `.gitignore`, and yield a note if there were any."""
    file = root / ".gitignore"
    text = file.read_text(encoding="utf-8", errors="surrogateescape")
    missing = [line for line in _IGNORED if line not in text.split()]
    if missing:
        separator = "" if text.endswith("\n") or not text else "\n"
        with file.open("a", encoding="utf-8") as stream:
            stream.write(separator + "\n".join(missing) + "\n")
        yield f"appended {' '.join(missing)} to .gitignore"


def _trust(root: Path) -> Iterator[str]:
    """Remember the lab as the user's own, so that builds do not ask after a git remote is added."""
    try:
        add_trusted_lab(root)
    except OSError as error:
        yield f"the list of trusted labs cannot be written: {error.strerror} (run `proband trust` later)"
