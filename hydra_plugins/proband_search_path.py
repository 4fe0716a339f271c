"""Lays a lab's `conf/` over the engine's when Proband's own program composes. Other Hydra programs are left alone."""

from __future__ import annotations

from pathlib import Path

from hydra.core.config_search_path import ConfigSearchPath
from hydra.plugins.search_path_plugin import SearchPathPlugin

from compiler.base.paths import ENGINE, Lab


class LabSearchPath(SearchPathPlugin):
    """Searches the current folder's `conf/` first, and the specs of its command-line sweeps last."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        own, engine, sweeps = Path("conf").resolve(), ENGINE / "conf", Lab(Path()).sweeps.resolve()
        main = (element.path for element in search_path.get_path() if element.provider == "main")
        is_ours = any(path is not None and path.removeprefix("file://") == str(engine) for path in main)
        if is_ours and own.is_dir() and own != engine:
            search_path.prepend("lab", f"file://{own}", anchor="main")
        if is_ours and sweeps.is_dir():
            search_path.append("sweeps", f"file://{sweeps}")
