"""Hydra composition: the only file that knows Hydra's insides (pinned below 1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import hydra.conf  # noqa: F401  (registers the schema of Hydra's own node)
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_search_path_impl import ConfigSearchPathImpl
from hydra.core.object_type import ObjectType
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.core.plugins import Plugins
from hydra.errors import HydraException, MissingConfigException
from hydra.types import RunMode
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from compiler.errors import Diagnostic, Problem, SpecError, did_you_mean, dotted
from compiler.paths import ENGINE, Lab
from compiler.sources import Keys, Source, read_source

_FRAMEWORK_KEYS = ("hydra",)


@dataclass(frozen=True)
class Layer:
    """One file of a composition and the key that it is laid at."""

    source: Source
    package: Keys


@dataclass(frozen=True)
class Composed:
    """A composed config with its interpolations still in it, and where each key came from."""

    config: dict[str, Any]
    layers: tuple[Layer, ...]  # in the order Hydra merges them: the last that has a key wrote it

    def diagnostic(self, problem: Problem) -> Diagnostic:
        """Place a problem in the file that wrote its key, or in the nearest key around it."""
        for depth in range(len(problem.path), 0, -1):
            for layer in reversed(self.layers):
                inside = _below(problem.path[:depth], layer.package)
                placed = layer.source.place(problem, inside) if inside else None
                if placed is not None:
                    return placed
        return Diagnostic(self.layers[-1].source.name, 1, 1, dotted(problem.path), problem.problem, problem.hint)


class Composer:
    """Composes the `conf/` of one lab, laid over the engine's."""

    def __init__(self, lab: Lab) -> None:
        Plugins.instance()  # lets configs name groups that plugins bring
        self._lab = lab
        self.roots = tuple(dict.fromkeys(root for root in (lab.conf.resolve(), ENGINE / "conf") if root.is_dir()))
        path = ConfigSearchPathImpl()
        path.append("hydra", "pkg://hydra.conf")
        for number, root in enumerate(self.roots):
            path.append("main" if number == 0 else "engine", f"file://{root}")
        path.append("schema", "structured://")
        self._loader = ConfigLoaderImpl(path)
        self._sources: dict[str, Source | None] = {}

    @cached_property
    def parser(self) -> OverridesParser:
        return OverridesParser.create(config_loader=self._loader)

    def compose(self, overrides: Sequence[str]) -> Composed:
        """Compose `config.yaml` with overrides as on Hydra's command line.

        Raises:
            SpecError: Hydra cannot compose it.
            CompileError: a file among those composed is not YAML.
        """
        self._syntax(overrides)
        try:
            config = self._loader.load_configuration("config", list(overrides), RunMode.RUN, from_shell=False)
        except MissingConfigException as error:
            raise SpecError([_missing_option(error, self._loader)]) from error
        except (HydraException, OmegaConfBaseException, ValueError) as error:
            raise SpecError([Problem(("defaults",), _one_line(error))]) from error
        tree = OmegaConf.to_container(config, resolve=False)
        assert isinstance(tree, dict)
        return Composed(
            {str(key): value for key, value in tree.items() if key not in _FRAMEWORK_KEYS},
            self._layers(overrides),
        )

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

    def _layers(self, overrides: Sequence[str]) -> tuple[Layer, ...]:
        defaults = self._loader.compute_defaults_list("config", list(overrides), RunMode.RUN).defaults
        layers = []
        for default in defaults:
            source = self.source(default.config_path) if default.config_path else None
            if source is not None:
                package = tuple((default.package or "").split(".")) if default.package else ()
                layers.append(Layer(source, package))
        return tuple(layers)

    def _syntax(self, overrides: Sequence[str]) -> None:
        """Read the files first: our diagnostics of broken YAML say more than the loader's."""
        self.source("config")
        for override in overrides:
            group, _, option = override.partition("=")
            self.source(f"{group.lstrip('+')}/{option}")
        try:
            self._layers(overrides)
        except (HydraException, OmegaConfBaseException, YAMLError, ValueError):
            self._read_everything()

    def _read_everything(self) -> None:
        """Some file of the tree is not YAML: find which, so that it can be named."""
        for root in self.roots:
            for file in sorted(root.rglob("*.yaml")):
                if file.parent.name != "experiment":  # each experiment answers for its own file
                    self.source(str(file.relative_to(root).with_suffix("")))


def shown(file: Path, lab: Lab) -> str:
    """A file as people see it: relative to the lab, else to the engine."""
    for root in (lab.root.resolve(), ENGINE):
        if file.resolve().is_relative_to(root):
            return str(file.resolve().relative_to(root))
    return str(file)


def parse_override(parser: OverridesParser, text: str) -> Override:
    """One override of Hydra's grammar.

    Raises:
        ValueError: it is not of that grammar.
    """
    try:
        return parser.parse_override(text)
    except (HydraException, OmegaConfBaseException) as error:
        raise ValueError(_one_line(error)) from error


def resolved(config: dict[str, Any]) -> dict[str, Any]:
    """The config with every interpolation replaced by its value, except below `experiment`.

    Raises:
        SpecError: an interpolation names nothing, or works only inside a Hydra application.
    """
    tree = OmegaConf.create(config)
    plain: dict[str, Any] = {}
    problems = []
    for key in config:
        try:
            node = tree[key]
            plain[key] = OmegaConf.to_container(node, resolve=True) if OmegaConf.is_config(node) else node
        except OmegaConfBaseException as error:
            where = tuple(str(getattr(error, "full_key", None) or key).split("."))
            problems.append(Problem(where, f"cannot be resolved: {_one_line(error)}"))
    if problems:
        raise SpecError(problems)
    return plain


def _missing_option(error: MissingConfigException, loader: ConfigLoaderImpl) -> Problem:
    missing = error.missing_cfg_file or ""
    group, _, option = missing.rpartition("/")
    options = loader.get_group_options(group, ObjectType.CONFIG) if group else []
    if options:
        return Problem(("defaults",), f"no config '{option}' in group '{group}'", did_you_mean(option, options))
    groups = loader.list_groups("")
    return Problem(("defaults",), f"no config '{missing}'", did_you_mean(group or missing, groups))


def _below(path: Keys, package: Keys) -> Keys | None:
    """The part of `path` below `package`; None when it lies elsewhere."""
    return path[len(package) :] if path[: len(package)] == package else None


def _one_line(error: Exception) -> str:
    """A library's message without its own position talk, which is of its input and not of ours."""
    lines = [line.strip() for line in str(error).splitlines()]
    kept = [line for line in lines if line and not line.startswith(("full_key:", "object_type=", "See https"))]
    return " ".join(kept) or type(error).__name__
