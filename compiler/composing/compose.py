"""Compose the configs of a lab with Hydra."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from hydra.core.object_type import ObjectType
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import MissingConfigException
from hydra.types import RunMode
from omegaconf import OmegaConf
from yaml import YAMLError

from compiler.base.diagnostics import CompileError, Problem, SpecError, dotted
from compiler.base.nested import value_at
from compiler.base.paths import ENGINE, Lab
from compiler.composing.command_words import with_command_words
from compiler.composing.config_sources import ConfigSources
from compiler.composing.default_groups import unselected_groups
from compiler.composing.default_seed import with_default_seed
from compiler.composing.group_choices import choice_override
from compiler.composing.hydra_errors import hydra_diagnostic
from compiler.composing.hydra_loader import hydra_loader
from compiler.composing.layers import Composed, Layer
from compiler.composing.search_path import added_folders
from compiler.parsing.located_yaml import Source

COLLABORATION = "collaboration"
_FRAMEWORK_KEYS = ("hydra", COLLABORATION)
_SWEEPER, _SWEEP = ("hydra", "sweeper", "params"), "move it to experiment.sweep, whose grammar is the same"
UnusedGroups = Callable[[Mapping[str, Any], bool], Sequence[str]]  # (config, whether config.yaml is the engine's)


class Composer:
    """Composes configs from the lab's `conf/`, the engine's, the specs of command-line sweeps, then added folders.

    Args:
        unused_groups: returns the groups that a training of the config does not need. They are left out of the
            composition unless the experiment or an override selects them.

    Raises:
        CompileError: The search path that `config.yaml` or an override adds is wrong.
    """

    def __init__(self, lab: Lab, overrides: Sequence[str] = (), unused_groups: UnusedGroups | None = None) -> None:
        self._unused_groups = unused_groups
        own_roots = lab.conf_roots(ENGINE)
        self.added_roots = added_folders(own_roots, lab, overrides)
        self.roots: tuple[Path, ...] = tuple(dict.fromkeys((*own_roots, *self.added_roots)))
        self.files = ConfigSources(self.roots, lab)
        self._loader = hydra_loader(self.roots)

    @cached_property
    def parser(self) -> OverridesParser:
        return OverridesParser.create(config_loader=self._loader)

    def compose(
        self, choice: str, groups: Sequence[str], overrides: Sequence[str], *, is_partial: bool = False
    ) -> Composed:
        """Compose `config.yaml` with an experiment, its group choices and the overrides of a build.

        Args:
            is_partial: leave out the groups whose config is to be chosen (`???`), because a sweep may choose it.

        Raises:
            CompileError: Hydra cannot compose it, or one of its files is not valid YAML.
        """
        composed = self._compose(choice, groups, overrides, is_partial)
        is_engine = self.files.file("config") == ENGINE / "conf/config.yaml"
        unused = self._unused_groups(composed.config, is_engine) if self._unused_groups else ()
        unselected = unselected_groups(unused, composed.layers, [*groups, *overrides])
        deletions = [f"~{group}" for group in unselected if group in composed.config]
        return self._compose(choice, [*groups, *deletions], overrides, is_partial) if deletions else composed

    def _compose(self, choice: str, groups: Sequence[str], overrides: Sequence[str], is_partial: bool) -> Composed:
        all_overrides = [choice_override("experiment", choice), *groups, *overrides]
        spec = self.files.existing(["config", f"experiment/{choice}"])[-1]
        mode = RunMode.MULTIRUN if is_partial else RunMode.RUN
        tree = self._load(all_overrides, mode, spec, overrides)
        lab_config = {str(key): value for key, value in tree.items() if key not in _FRAMEWORK_KEYS}
        collaboration = tree.get(COLLABORATION)
        composed = Composed(with_default_seed(lab_config), spec, self._layers(), is_partial, collaboration)
        has_sweep = value_at(tree, "experiment.sweep") or value_at(tree, "experiment.search")
        if value_at(tree, dotted(_SWEEPER)) and not has_sweep:
            problem = Problem(_SWEEPER, "is not read, because the sweep of an experiment is part of its spec", _SWEEP)
            raise CompileError([composed.diagnostic(problem)])
        try:
            return replace(composed, config=with_command_words(composed.config))
        except SpecError as error:
            raise CompileError(map(composed.diagnostic, error.problems)) from error

    @cached_property
    def base(self) -> Composed:
        """Compose `config.yaml` without overrides. The values of groups may be missing.

        Raises:
            CompileError: Hydra cannot compose it, or one of its files is not valid YAML.
        """
        file = self.files.existing(["config"])[-1]
        tree = self._load([], RunMode.MULTIRUN, file, ())
        return Composed({}, file, self._layers(), True, tree.get(COLLABORATION))

    def _load(self, words: list[str], mode: RunMode, spec: Source, overrides: Sequence[str]) -> dict[Any, Any]:
        """Return a composed config with its interpolations. `overrides` are those of the build among `words`."""
        self._loader.merged = []
        try:
            config = self._loader.load_configuration("config", words, mode, from_shell=False)
        except Exception as error:  # Hydra validates little, so any exception may be caused by a config file
            files, diagnostics = self.files.valid(self.files.group_configs())
            if not diagnostics or not isinstance(error, YAMLError):
                options = {group: self.options(group) for group in self._loader.list_groups("")}
                diagnostics.append(hydra_diagnostic(error, [spec, *files], self._layers(), options, overrides))
            if isinstance(error, MissingConfigException):
                diagnostics += self.files.misnamed(error.missing_cfg_file or "")
            raise CompileError(diagnostics) from error
        tree = OmegaConf.to_container(config, resolve=False)
        assert isinstance(tree, dict)
        return tree

    def is_group(self, name: str) -> bool:
        """Return whether Hydra reads `name=…` as the choice of a config: whether a folder has this name."""
        return self._loader.repository.group_exists(name)

    def options(self, group: str) -> list[str]:
        """Return the configs of a group, also those in its subfolders; an empty list if there is no such group."""
        options = self._loader.get_group_options(group, ObjectType.CONFIG)
        for subgroup in self._loader.get_group_options(group, ObjectType.GROUP):
            options += [f"{subgroup}/{option}" for option in self.options(f"{group}/{subgroup}")]
        return options

    def source(self, config_path: str) -> Source | None:
        """Return the file of a config such as `model/mlp`.

        Raises:
            CompileError: The file is not valid YAML.
        """
        return self.files.source(config_path)

    def _layers(self) -> tuple[Layer, ...]:
        """Return the files of the last composition, in merge order."""
        merged = [(item.config_path, item.package or "") for item in self._loader.merged if item.config_path]
        self.files.existing(path for path, _ in merged)
        layers = [(self.source(path), tuple(package.split(".")) if package else ()) for path, package in merged]
        return tuple(Layer(source, package) for source, package in layers if source is not None)
