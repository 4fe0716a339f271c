"""Compose the configs of a lab with Hydra."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from hydra.core.object_type import ObjectType
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode
from omegaconf import OmegaConf
from yaml import YAMLError

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import ENGINE, Lab
from compiler.composing.default_groups import unselected_groups
from compiler.composing.default_seed import with_default_seed
from compiler.composing.hydra_errors import hydra_diagnostic
from compiler.composing.hydra_loader import hydra_loader
from compiler.composing.layers import Composed, Layer
from compiler.parsing.located_yaml import Source, read_source

_FRAMEWORK_KEYS = ("hydra",)
UnusedGroups = Callable[[Mapping[str, Any], bool], Sequence[str]]  # (config, whether config.yaml is the engine's)


class Composer:
    """Composes configs from the lab's `conf/`, then the engine's, then the specs of command-line sweeps.

    Args:
        unused_groups: returns the groups that a training of the config does not need. They are left out of the
            composition unless the experiment or an override selects them.
    """

    def __init__(self, lab: Lab, unused_groups: UnusedGroups | None = None) -> None:
        self._lab = lab
        self._unused_groups = unused_groups
        self.roots = lab.conf_roots(ENGINE)
        self._loader = hydra_loader(self.roots)
        self._sources: dict[str, Source | None] = {}

    @cached_property
    def parser(self) -> OverridesParser:
        return OverridesParser.create(config_loader=self._loader)

    def compose(self, choice: str, groups: Sequence[str], overrides: Sequence[str]) -> Composed:
        """Compose `config.yaml` with an experiment, its group choices and the overrides of a build.

        Raises:
            CompileError: Hydra cannot compose it, or one of its files is not valid YAML.
        """
        composed = self._compose(choice, groups, overrides)
        base = next((root for root in self.roots if (root / "config.yaml").is_file()), None)
        unused = self._unused_groups(composed.config, base == ENGINE / "conf") if self._unused_groups else ()
        unselected = unselected_groups(unused, composed.layers, [*groups, *overrides])
        deletions = [f"~{group}" for group in unselected if group in composed.config]
        return self._compose(choice, [*groups, *deletions], overrides) if deletions else composed

    def _compose(self, choice: str, groups: Sequence[str], overrides: Sequence[str]) -> Composed:
        all_overrides = [f"experiment={choice}", *groups, *overrides]
        spec = self._existing_sources(["config", f"experiment/{choice}"])[-1]
        self._loader.merged = []
        try:
            config = self._loader.load_configuration("config", all_overrides, RunMode.RUN, from_shell=False)
        except Exception as error:  # Hydra validates little, so any exception may be caused by a config file
            files, diagnostics = self._read(self._paths_of_groups())
            if not diagnostics or not isinstance(error, YAMLError):
                groups_and_options = {group: self.options(group) for group in self._loader.list_groups("")}
                diagnostics.append(
                    hydra_diagnostic(error, [spec, *files], self._layers(), groups_and_options, overrides)
                )
            raise CompileError(diagnostics) from error
        tree = OmegaConf.to_container(config, resolve=False)
        assert isinstance(tree, dict)
        lab_config = {str(key): value for key, value in tree.items() if key not in _FRAMEWORK_KEYS}
        return Composed(with_default_seed(lab_config), spec, self._layers())

    def is_group(self, name: str) -> bool:
        return bool(self.options(name))

    def options(self, group: str) -> list[str]:
        """Return the configs of a group, or an empty list if there is no such group."""
        return self._loader.get_group_options(group, ObjectType.CONFIG)

    def source(self, config_path: str) -> Source | None:
        """Return the file of a config such as `model/mlp`, from the first root that has it.

        Raises:
            CompileError: The file is not valid YAML.
        """
        if config_path not in self._sources:
            files = (root / f"{config_path}.yaml" for root in self.roots)
            file = next((file for file in files if file.is_file()), None)
            self._sources[config_path] = read_source(file, display_name(file, self._lab)) if file else None
        return self._sources[config_path]

    def sources(self) -> tuple[Source, ...]:
        """Return all files that have been read so far."""
        return tuple(source for source in self._sources.values() if source is not None)

    def _layers(self) -> tuple[Layer, ...]:
        """Return the files of the last composition, in merge order."""
        merged = [(item.config_path, item.package or "") for item in self._loader.merged if item.config_path]
        self._existing_sources(path for path, _ in merged)
        layers = [(self.source(path), tuple(package.split(".")) if package else ()) for path, package in merged]
        return tuple(Layer(source, package) for source, package in layers if source is not None)

    def _existing_sources(self, paths: Iterable[str]) -> list[Source]:
        """Return the files that exist among `paths`.

        Raises:
            CompileError: With the mistakes of all files that are not valid YAML.
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

    def _paths_of_groups(self) -> list[str]:
        """Return every config except the experiments, because compiling them reports their mistakes."""
        files = [(file, root) for root in self.roots for file in sorted(root.rglob("*.yaml"))]
        paths = [file.relative_to(root).with_suffix("").as_posix() for file, root in files]
        return [path for path in dict.fromkeys(paths) if not path.startswith("experiment/")]


def display_name(file: Path, lab: Lab) -> str:
    """Return a file's name in messages: relative to the lab, else to the engine."""
    for root in (lab.root.resolve(), ENGINE):
        if file.resolve().is_relative_to(root):
            return str(file.resolve().relative_to(root))
    return str(file)
