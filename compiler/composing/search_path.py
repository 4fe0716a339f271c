"""Find the folders that a lab adds to Hydra's search path with `hydra.searchpath`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from compiler.base.diagnostics import CompileError, Diagnostic, Problem, dotted, one_line
from compiler.base.paths import Lab
from compiler.composing.config_sources import ConfigSources
from compiler.composing.overrides import override_diagnostic, override_key
from compiler.parsing.located_yaml import Source
from compiler.parsing.override_grammar import parse_override

_KEY = ("hydra", "searchpath")
_HINT = "write file://FOLDER or pkg://PACKAGE"


def added_folders(roots: Sequence[Path], lab: Lab, overrides: Sequence[str]) -> tuple[Path, ...]:
    """Return the folders in `hydra.searchpath` of an override, else of `config.yaml`.

    Relative paths start at the lab. `pkg://a.b` is the folder of a package. The package is not imported, because
    reading a lab must not run its code. If `config.yaml` cannot be read, no folder is added: composing reports it.

    Raises:
        CompileError: The search path is not a list of folders.
    """
    for index, text in enumerate(overrides):
        if override_key(text) == dotted(_KEY):
            try:
                entries, message = parse_override(OverridesParser.create(), text).value(), ""
            except ValueError as error:
                entries, message = None, str(error)
            folders, problem = _folders(entries, lab.root)
            if message or problem:
                raise CompileError([override_diagnostic(overrides, index, Problem(_KEY, message or problem, _HINT))])
            return folders
    try:
        source = ConfigSources(roots, lab).source("config")
    except CompileError:
        return ()
    if source is None or source.node(_KEY) is None:
        return ()
    entries, message = _entries(next(root for root in roots if (root / "config.yaml").is_file()) / "config.yaml")
    folders, problem = _folders(entries, lab.root)
    if message or problem:
        raise CompileError([_diagnostic(source, message or problem)])
    return folders


def _entries(file: Path) -> tuple[Any, str]:
    """Return the resolved search path in a file, and the reason if it cannot be resolved."""
    try:
        config = OmegaConf.load(file)
        entries = OmegaConf.select(config, dotted(_KEY))
        return OmegaConf.to_container(entries, resolve=True) if OmegaConf.is_config(entries) else entries, ""
    except (OmegaConfBaseException, YAMLError) as error:
        return None, f"cannot be resolved: {one_line(error)}"


def _folders(entries: Any, lab: Path) -> tuple[tuple[Path, ...], str]:
    """Return the folders of a search path, and the problem if there is one."""
    if entries is None:
        return (), ""
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        return (), f"must be a list of folders, got {entries!r}"
    folders = {entry: next((path for path in _paths(entry, lab) if path.is_dir()), None) for entry in entries}
    missing = ", ".join(entry for entry, folder in folders.items() if folder is None)
    existing = tuple(folder.resolve() for folder in folders.values() if folder is not None)
    return existing, f"there is no folder {missing}" if missing else ""


def _paths(entry: str, lab: Path) -> Iterator[Path]:
    scheme, separator, name = entry.rpartition("://")
    if not separator or scheme == "file":
        yield lab / Path(name).expanduser()
    elif scheme == "pkg":
        yield from (Path(root, *name.split(".")) for root in (str(lab), *sys.path))


def _diagnostic(source: Source, message: str) -> Diagnostic:
    diagnostic = source.diagnostic(Problem(_KEY, message, _HINT))
    return diagnostic or Diagnostic(source.name, 1, 1, dotted(_KEY), message, _HINT)
