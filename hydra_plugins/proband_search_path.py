"""Put a lab's `conf/` before the engine's on Hydra's search path, for Proband's own programs only."""

from __future__ import annotations

from pathlib import Path

from hydra.core.config_search_path import ConfigSearchPath
from hydra.plugins.search_path_plugin import SearchPathPlugin

from proband.engine_path import ENGINE


class LabSearchPath(SearchPathPlugin):
    """Searches `conf/` of the working directory first, and the generated specs of multiruns last."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        lab, engine = Path("conf").resolve(), ENGINE / "conf"
        main_paths = (element.path for element in search_path.get_path() if element.provider == "main")
        if not any(path is not None and path.removeprefix("file://") == str(engine) for path in main_paths):
            return  # another program, which may not be able to import the engine
        from compiler.base.paths import Lab

        sweeps = Lab(Path()).sweeps.resolve()
        if lab.is_dir() and lab != engine:
            search_path.prepend("lab", f"file://{lab}", anchor="main")
        if sweeps.is_dir():
            search_path.append("sweeps", f"file://{sweeps}")
