"""Put a lab's `conf/` before the engine's on Hydra's search path, for Proband's own programs only."""

from __future__ import annotations

from pathlib import Path

from hydra.core.config_search_path import ConfigSearchPath
from hydra.plugins.search_path_plugin import SearchPathPlugin

from compiler.base.paths import ENGINE, Lab


class LabSearchPath(SearchPathPlugin):
    """Searches `conf/` of the working directory first, and the generated specs of multiruns last."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        lab, engine, sweeps = Path("conf").resolve(), ENGINE / "conf", Lab(Path()).sweeps.resolve()
        main_paths = (element.path for element in search_path.get_path() if element.provider == "main")
        is_proband = any(path is not None and path.removeprefix("file://") == str(engine) for path in main_paths)
        if is_proband and lab.is_dir() and lab != engine:
            search_path.prepend("lab", f"file://{lab}", anchor="main")
        if is_proband and sweeps.is_dir():
            search_path.append("sweeps", f"file://{sweeps}")
