"""State which runs of a build may be trained together, before its first job. Only local builds fuse trainings."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from uuid import uuid4

from compiler.fusion.build_groups import FOLDER, BuildGroup, FusedBuild, ensemble_size
from rules.build.build_plan import BuildPlan

LARGEST = 64  # members of one ensemble


class FusedTrainings:
    """The groups of runs that one build trains together.

    Args:
        cores: the number of cores of the build, which limits its parallel jobs.
        submits: whether trainings are submitted to other machines, where they are trained alone.
    """

    def __init__(self, plan: BuildPlan, cores: int | None, *, submits: bool) -> None:
        self._plan, self._cores, self._submits = plan, cores or 1, submits
        self._build: FusedBuild | None = None

    def announce(self, runs: Iterable[str], *, is_alone: bool) -> None:
        """Write the groups of the runs that this build will train, and set the environment variable of their folder.

        Args:
            is_alone: whether no other build uses the lab, so that the folders of other builds can be removed.
        """
        os.environ.pop(FOLDER, None)  # of a build that has started this one
        if is_alone:
            shutil.rmtree(self._plan.lab.fusion, ignore_errors=True)
        groups = self._groups(runs)
        if groups and self._submits:
            count = sum(len(group.members) for group in groups)
            print(f"{count} runs are each trained alone: only trainings on this machine are fused", file=sys.stderr)
        elif groups:
            self._build = FusedBuild(self._plan.lab.fusion / f"{os.getpid()}-{uuid4().hex[:8]}")
            self._build.write(groups)
            os.environ[FOLDER] = str(self._build.folder)

    def forget(self) -> None:
        if self._build is not None:
            self._build.remove()

    def _groups(self, runs: Iterable[str]) -> list[BuildGroup]:
        members: dict[str, list[str]] = {}
        for run in sorted(set(runs) & self._plan.compiled.runs.keys()):
            if name := self._plan.compiled.runs[run].fusion:
                members.setdefault(name, []).append(run)
        return [self._group(name, group) for name, group in members.items() if len(group) > 1]

    def _group(self, name: str, runs: list[str]) -> BuildGroup:
        cpus = self._plan.compiled.runs[runs[0]].resources.cpus
        return BuildGroup(name, tuple(runs), ensemble_size(len(runs), max(1, self._cores // cpus), LARGEST))
