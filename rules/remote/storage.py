"""Trainings on machines that share no file system with the lab: their runs come back through Snakemake's storage.

Snakemake stores every file of a workflow in its default storage, if it has one. Here only what a training reads and
writes goes there: its data, and an archive of its run. All other files stay in the lab, where all other steps run. The
plan, the configs of the runs and the lab's code and configs travel with the sources that Snakemake deploys.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from snakemake.path_modifier import PathModifier

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.plan_files import inputs_file


class LocalPaths(PathModifier):  # type: ignore[misc]
    """Leaves files in the lab. Snakemake's own modifier stores all of them in the default storage."""

    def __init__(self, workflow: Any) -> None:
        super().__init__(None, None, workflow)

    def apply_default_storage(self, path: Any) -> Any:
        return path


class RemoteStorage:
    """The storage of a build with `--default-storage-provider`. Without it, `is_used` is false, and nothing changes."""

    def __init__(self, workflow: Any) -> None:
        self.is_used = workflow.storage_settings.default_storage_provider is not None
        self._workflow = workflow
        self._stored = PathModifier(None, None, workflow)
        if self.is_used:
            workflow.modifier.path_modifier = LocalPaths(workflow)

    def stored(self, path: str) -> Any:
        """Return a path in the default storage."""
        return self._stored.modify(path)

    def deploy(self, lab: Lab, plan: Plan, plan_file: str) -> None:
        """Add what trainings on another machine read to the sources that Snakemake deploys.

        Snakemake deploys its own files, config files, and the files that git tracks, all below the working folder.
        """
        if self.is_used:
            self._workflow.configfiles += map(str, deployed_files(lab, plan, Path(plan_file)))


def deployed_files(lab: Lab, plan: Plan, plan_file: Path) -> list[Path]:
    """Return the plan, the configs of the runs that are not finished, and the lab's files that the plan depends on."""
    sources = [Path(source) for source in read_json(inputs_file(plan_file))["sources"]]
    root = lab.root.resolve()
    own = [source.relative_to(root) for source in sources if source.is_file() and source.is_relative_to(root)]
    configs = [file.relative_to(root) for file in sorted(lab.conf.resolve().rglob("*.yaml"))]
    jobs = [lab.run_job(run) for run in plan.runs if not lab.status(run).is_file()]
    return [plan_file, *jobs, *dict.fromkeys([*own, *configs])]
