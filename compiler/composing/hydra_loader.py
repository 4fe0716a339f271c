"""Load configs through Hydra's internals. Hydra is pinned below 1.4, because they are not a public interface."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import hydra.conf  # noqa: F401  (registers the schema of Hydra's own node)
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_repository import ConfigRepository, IConfigRepository
from hydra._internal.config_search_path_impl import ConfigSearchPathImpl
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.default_element import ResultDefault
from hydra.core.override_parser.types import Override
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigResult
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig

_OWN_PLUGIN = "hydra_plugins.proband_search_path"  # for programs that Hydra starts; here the roots are known


class HydraLoader(ConfigLoaderImpl):
    """Hydra's config loader, which also stores the files that it merged.

    Of Hydra's own configs it merges only `hydra/config`, because the others configure how Hydra launches jobs.
    """

    merged: list[ResultDefault]
    repository: ConfigRepository

    def __init__(self, path: ConfigSearchPath) -> None:
        super().__init__(path)
        self.repository = _CachedRepository(path)
        self.merged = []

    def _compose_config_from_defaults_list(self, defaults: list[ResultDefault], repo: IConfigRepository) -> DictConfig:
        self.merged = defaults
        merged_items = [
            item for item in defaults if item.config_path == "hydra/config" or not _is_part_of_hydra(item.config_path)
        ]
        return super()._compose_config_from_defaults_list(merged_items, repo)

    def _process_config_searchpath(
        self, config_name: str | None, parsed_overrides: list[Override], repo: IConfigRepository
    ) -> None:
        """Do nothing, because the roots of this loader include the folders of `hydra.searchpath`."""

    def config_exists(self, path: str) -> bool:
        return self.repository.config_exists(path)


class _CachedRepository(ConfigRepository):
    """Reads each file once and returns copies. Hydra would read all files again for every composition."""

    def initialize_sources(self, config_search_path: ConfigSearchPath) -> None:
        super().initialize_sources(config_search_path)
        self._results: dict[str, ConfigResult | None] = {}

    def load_config(self, config_path: str) -> ConfigResult | None:
        if config_path not in self._results:
            self._results[config_path] = super().load_config(config_path)
        return copy.deepcopy(self._results[config_path])

    def __deepcopy__(self, memo: dict[int, Any]) -> _CachedRepository:
        """Return a shallow copy. Hydra copies it only to call `initialize_sources`, which replaces its attributes."""
        return copy.copy(self)


def hydra_loader(roots: Iterable[Path]) -> HydraLoader:
    """Return a loader that searches these folders in order."""
    Plugins.instance()  # lets configs name groups that plugins register
    path = ConfigSearchPathImpl()
    path.append("hydra", "pkg://hydra.conf")
    for number, root in enumerate(roots):
        path.append("main" if number == 0 else f"below-{number}", f"file://{root}")
    for plugin in Plugins.instance().discover(SearchPathPlugin):
        if issubclass(plugin, SearchPathPlugin) and plugin.__module__ != _OWN_PLUGIN:
            plugin().manipulate_search_path(path)
    path.append("schema", "structured://")
    return HydraLoader(path)


def _is_part_of_hydra(config_path: str | None) -> bool:
    return (config_path or "").startswith("hydra/")
