"""Run `--multirun` jobs through the DAG. Hydra imports every plugin at startup, so heavy imports are in `launch`."""

from __future__ import annotations

from collections.abc import Sequence

from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

from proband.engine_path import add_engine_to_path

# A mapping, because Hydra executes this file before its module exists, and a dataclass needs its module.
_CONFIG = {
    "_target_": "hydra_plugins.proband_launcher.ProbandLauncher",
    "cores": "all",  # Snakemake's --cores
    "arguments": [],  # further arguments of Snakemake: ["--profile", "profiles/slurm"]
}
ConfigStore.instance().store(group="hydra/launcher", name="proband", node=_CONFIG, provider="proband")


class ProbandLauncher(Launcher):
    """Compiles the jobs of a batch into one plan and builds it with one call of Snakemake."""

    def __init__(self, cores: int | str, arguments: Sequence[str]) -> None:
        self._cores, self._arguments = cores, list(arguments)
        self._config: DictConfig | None = None

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:  # noqa: ARG002  (Hydra's signature)
        self._config = config

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        add_engine_to_path()
        from rules.multirun.launch import launch_batch

        assert self._config is not None
        return launch_batch(self._config, job_overrides, initial_job_idx, self._cores, self._arguments)
