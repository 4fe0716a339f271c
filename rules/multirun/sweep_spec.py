"""Represent a multirun as a spec: common overrides are its config, varying overrides its points."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.identity import canonical, digest
from compiler.composing.overrides import override_key
from compiler.spec.schema import Spec
from rules.multirun.sweep_jobs import Job, Setting

_ID_LENGTH = 8
Point = tuple[Setting, ...]


@dataclass(frozen=True)
class Command:
    """A command line: its text, the overrides in it, and the date, in ISO format."""

    text: str
    overrides: tuple[str, ...]
    date: str

    @property
    def varied(self) -> str:
        """The overrides without the choice of an experiment."""
        return " ".join(text for text in self.overrides if override_key(text) != "experiment")


@dataclass(frozen=True)
class SweepSpec:
    """The experiment of a command line. `choice` and `parent` are name and content of the spec it varies, or None."""

    experiment_id: str
    choice: str | None
    parent: Spec | None
    config: tuple[Setting, ...]
    points: tuple[Point, ...]

    @property
    def metric(self) -> str:
        """The metric of a run that sweepers optimize: the one registered by the parent."""
        return self.parent.compare.metric if self.parent and self.parent.compare else "accuracy"

    def point(self, job: Job) -> Point:
        """Return the settings of a job that are not in the common config.

        Raises:
            CompileError: the job lacks a setting of the common config, so it cannot be a point of this experiment.
        """
        common = {setting.name: canonical(setting.value) for setting in self.config}
        if missing := common.keys() - {setting.name for setting in job.settings}:
            problem = f"a job does not set {', '.join(sorted(missing))}, which the first jobs of this sweep set"
            raise CompileError([Diagnostic("overrides", 1, 1, "", f"{' '.join(job.overrides)}: {problem}")])
        return tuple(setting for setting in job.settings if common.get(setting.name) != canonical(setting.value))


def experiment_id(parent: str | None, command: Command) -> str:
    """Return an id that is equal for equal overrides in any order."""
    overrides = [text for text in command.overrides if override_key(text) != "experiment"]
    return f"{parent or 'sweep'}-{digest(sorted(overrides))[:_ID_LENGTH]}"
