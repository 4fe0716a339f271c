"""Hydra composition: the only file that knows Hydra's insides (pinned below 1.4)."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import hydra.conf  # noqa: F401  (registers the schema of Hydra's own node)
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_repository import ConfigRepository, IConfigRepository
from hydra._internal.config_search_path_impl import ConfigSearchPathImpl
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.default_element import ResultDefault
from hydra.core.object_type import ObjectType
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigResult
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from yaml import YAMLError

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import ENGINE, Lab
from compiler.composing.hydra_errors import hydra_diagnostic
from compiler.composing.layers import Composed, Layer
from compiler.parsing.located_yaml import Source, read_source

_FRAMEWORK_KEYS = ("hydra",)


class _ReadOnce(ConfigRepository):
    """Reads each file once, and hands out copies: Hydra would read its own and ours for every composition again."""

    def initialize_sources(self, config_search_path: ConfigSearchPath) -> None:
        super().initialize_sources(config_search_path)
        self._read: dict[str, ConfigResult | None] = {}

    def load_config(self, config_path: str) -> ConfigResult | None:
        if config_path not in self._read:
            self._read[config_path] = super().load_config(config_path)
        return copy.deepcopy(self._read[config_path])

    def __deepcopy__(self, memo: dict[int, Any]) -> _ReadOnce:
        """Hydra copies it before it may call `initialize_sources`, which changes nothing of the original."""
        return copy.copy(self)


class _Loader(ConfigLoaderImpl):
    """Remembers which files it merged. Of Hydra's own it merges only the first: what it would launch is no matter."""

    merged: list[ResultDefault]

    def __init__(self, path: ConfigSearchPath) -> None:
        super().__init__(path)
        self.repository = _ReadOnce(path)

    def _compose_config_from_defaults_list(self, defaults: list[ResultDefault], repo: IConfigRepository) -> DictConfig:
        self.merged = defaults
        kept = [one for one in defaults if one.config_path == "hydra/config" or not _is_hydras(one.config_path)]
        return super()._compose_config_from_defaults_list(kept, repo)


class Composer:
    """Composes the `conf/` of one lab, laid over the engine's and over the specs of its command-line sweeps."""

    def __init__(self, lab: Lab) -> None:
        Plugins.instance()  # lets configs name groups that plugins bring
        self._lab = lab
        self.roots = lab.conf_roots(ENGINE)
        path = ConfigSearchPathImpl()
        path.append("hydra", "pkg://hydra.conf")
        for number, root in enumerate(self.roots):
            path.append("main" if number == 0 else f"below-{number}", f"file://{root}")
        path.append("schema", "structured://")
        self._loader = _Loader(path)
        self._sources: dict[str, Source | None] = {}

    @cached_property
    def parser(self) -> OverridesParser:
        return OverridesParser.create(config_loader=self._loader)

    def compose(self, choice: str, groups: Sequence[str], overrides: Sequence[str]) -> Composed:
        """Compose `config.yaml` with an experiment, its group choices, and the overrides of a build.

        Raises:
            CompileError: Hydra cannot compose it, or a file that it is composed of is not YAML.
        """
        words = [f"experiment={choice}", *groups, *overrides]
        spec = self._wanted(["config", f"experiment/{choice}"])[-1]
        self._loader.merged = []
        try:
            config = self._loader.load_configuration("config", words, RunMode.RUN, from_shell=False)
        except Exception as error:  # Hydra checks little of what it reads: whatever it raises is about a file
            files, broken = self._read(self._every_path())
            if not broken or not isinstance(error, YAMLError):
                broken.append(hydra_diagnostic(error, [spec, *files], self._layers(), self._groups(), overrides))
            raise CompileError(broken) from error
        tree = OmegaConf.to_container(config, resolve=False)
        assert isinstance(tree, dict)
        kept = {str(key): value for key, value in tree.items() if key not in _FRAMEWORK_KEYS}
        return Composed(kept, spec, self._layers())

    def is_group(self, name: str) -> bool:
        return bool(self.options(name))

    def options(self, group: str) -> list[str]:
        """The configs one may choose in a group; empty when there is no such group."""
        return self._loader.get_group_options(group, ObjectType.CONFIG)

    def source(self, config_path: str) -> Source | None:
        """The file behind `model/mlp`, from the first root that has it.

        Raises:
            CompileError: the file is not YAML.
        """
        if config_path not in self._sources:
            files = (root / f"{config_path}.yaml" for root in self.roots)
            file = next((file for file in files if file.is_file()), None)
            self._sources[config_path] = read_source(file, shown(file, self._lab)) if file else None
        return self._sources[config_path]

    def sources(self) -> tuple[Source, ...]:
        """Every file read so far."""
        return tuple(source for source in self._sources.values() if source is not None)

    def _layers(self) -> tuple[Layer, ...]:
        """The files of this lab that were merged last."""
        found = [(one.config_path, one.package or "") for one in self._loader.merged if one.config_path]
        self._wanted(path for path, _ in found)
        placed = [(self.source(path), tuple(package.split(".")) if package else ()) for path, package in found]
        return tuple(Layer(source, package) for source, package in placed if source is not None)

    def _wanted(self, paths: Iterable[str]) -> list[Source]:
        """The files that there are among `paths`.

        Raises:
            CompileError: with the mistakes of all that are not YAML.
        """
        sources, diagnostics = self._read(paths)
        if diagnostics:
            raise CompileError(diagnostics)
        return sources

    def _read(self, paths: Iterable[str]) -> tuple[list[Source], list[Diagnostic]]:
        sources: list[Source] = []
        diagnostics: list[Diagnostic] = []
        for path in paths:
            try:
                sources += [source] if (source := self.source(path)) is not None else []
            except CompileError as error:
                diagnostics += error.diagnostics
        return sources, diagnostics

    def _every_path(self) -> list[str]:
        """Every config but the experiments: each of those answers for its own file."""
        files = [(file, root) for root in self.roots for file in sorted(root.rglob("*.yaml"))]
        paths = [file.relative_to(root).with_suffix("").as_posix() for file, root in files]
        return [path for path in dict.fromkeys(paths) if not path.startswith("experiment/")]

    def _groups(self) -> dict[str, list[str]]:
        return {group: self.options(group) for group in self._loader.list_groups("")}


def _is_hydras(config_path: str | None) -> bool:
    return (config_path or "").startswith("hydra/")


def shown(file: Path, lab: Lab) -> str:
    """A file as people see it: relative to the lab, else to the engine."""
    for root in (lab.root.resolve(), ENGINE):
        if file.resolve().is_relative_to(root):
            return str(file.resolve().relative_to(root))
    return str(file)
