"""Read the config files of a lab once, with the lines of their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from compiler.base.config_files import config_files
from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import ENGINE, Lab
from compiler.parsing.located_yaml import Source, read_source


class ConfigSources:
    """The files below some folders. If several folders have a config, the file of the first one is read."""

    def __init__(self, roots: Iterable[Path], lab: Lab) -> None:
        self._roots, self._lab = tuple(roots), lab
        self._sources: dict[str, Source | None] = {}
        self._files: dict[str, Path | None] = {}
        self._used: set[str] = set()

    @property
    def files(self) -> frozenset[Path]:
        """All files that have been read so far."""
        return frozenset(file for file in self._files.values() if file is not None)

    def file(self, config_path: str) -> Path | None:
        """Return the path of a config such as `model/mlp`."""
        self._used.add(config_path)
        if config_path not in self._files:
            files = (root / f"{config_path}.yaml" for root in self._roots)
            self._files[config_path] = next((file for file in files if file.is_file()), None)
        return self._files[config_path]

    @contextmanager
    def recording(self) -> Iterator[set[str]]:
        """Yield a set to which the configs that are read inside the block are added."""
        before, self._used = self._used, set()
        try:
            yield self._used
        finally:
            self._used = before | self._used

    def source(self, config_path: str) -> Source | None:
        """Return the file of a config.

        Raises:
            CompileError: The file is not valid YAML, or cannot be read.
        """
        file = self.file(config_path)
        if config_path not in self._sources:
            may_be_list = "/" in config_path and not config_path.startswith("experiment/")
            name = display_name(file, self._lab) if file else ""
            self._sources[config_path] = read_source(file, name, may_be_list=may_be_list) if file else None
        return self._sources[config_path]

    def all_read(self) -> tuple[Source, ...]:
        """Return all files that have been read so far and are valid."""
        return tuple(source for source in self._sources.values() if source is not None)

    def existing(self, config_paths: Iterable[str]) -> list[Source]:
        """Return the files that exist.

        Raises:
            CompileError: With the mistakes of all files that are not valid YAML.
        """
        sources, diagnostics = self.valid(config_paths)
        if diagnostics:
            raise CompileError(diagnostics)
        return sources

    def valid(self, config_paths: Iterable[str]) -> tuple[list[Source], list[Diagnostic]]:
        """Return the valid files that exist, and the mistakes of the others."""
        sources: list[Source] = []
        diagnostics: list[Diagnostic] = []
        for path in config_paths:
            try:
                sources += [source] if (source := self.source(path)) is not None else []
            except CompileError as error:
                diagnostics += error.diagnostics
        return sources, diagnostics

    def misnamed(self, config_path: str) -> list[Diagnostic]:
        """Return a diagnostic for each file of a config that ends in `.yml`, which Hydra does not read."""
        files = (root / f"{config_path}.yml" for root in self._roots)
        return [yml_diagnostic(display_name(file, self._lab)) for file in files if file.is_file()]

    def group_configs(self) -> list[str]:
        """Return every config except the experiments, because compiling them reports their mistakes."""
        files = [(file, root) for root in self._roots for file in config_files(root)]
        paths = [file.relative_to(root).with_suffix("").as_posix() for file, root in files]
        return [path for path in dict.fromkeys(paths) if not path.startswith("experiment/")]


def yml_diagnostic(name: str) -> Diagnostic:
    return Diagnostic(name, 1, 1, "", "is not read, because Hydra reads only .yaml files", "rename it to end in .yaml")


def display_name(file: Path, lab: Lab) -> str:
    """Return a file's name in messages: relative to the lab, else to the engine."""
    for root in (lab.root.resolve(), ENGINE):
        if file.resolve().is_relative_to(root):
            return str(file.resolve().relative_to(root))
    return str(file)
