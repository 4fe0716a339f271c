"""Build a spec from a multirun: common overrides become `config`, varying ones `sweep.list`.

If the spec exists, new points are appended, because adaptive sweepers request the points of one experiment in batches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from omegaconf import OmegaConf

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.identity import canonical, digest
from compiler.composing.overrides import override_key
from compiler.spec.schema import Compare, Spec
from rules.multirun.sweep_jobs import Job, Setting, identity, parse, read_setting

_NO_HYPOTHESIS = "None was stated. This sweep was started from Hydra's command line without an experiment."
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
    """The experiment of a command line. `choice` and `parent` are the spec that it varies, None without one."""

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


def sweep_spec(
    name: str, choice: str | None, parent: Spec | None, jobs: Sequence[Job], command: Command, existing: str | None
) -> SweepSpec:
    """Return the experiment of jobs that vary the same spec.

    Args:
        name: the id of the experiment.
        existing: the text of the spec so far, None before the first jobs.

    Raises:
        CompileError: the jobs cannot be points of one spec.
    """
    config, points = _read(existing) if existing is not None else (_common_settings(jobs, command, parent), ())
    spec = SweepSpec(name, choice, parent, config, points)
    points_by_identity = {identity(point): point for point in points}
    for job in jobs:
        point = spec.point(job)
        points_by_identity.setdefault(identity(point), point)
    if () in points_by_identity.values() and len(points_by_identity) > 1:
        problem = "a job without overrides cannot be a point beside jobs with overrides"
        raise CompileError([Diagnostic("overrides", 1, 1, "", problem)])
    return replace(spec, points=tuple(points_by_identity.values()))


def spec_text(spec: SweepSpec, command: Command, existing: str | None) -> str:
    """Return the text of the spec. The command and description of an existing spec are kept."""
    first_line = f"# {' '.join(command.text.split())}"
    description = _description(spec, command)
    if existing is not None:
        first_line, description = _read_description(existing)
    defaults = {"defaults": [spec.choice, "_self_"]} if spec.choice else {}
    tree = OmegaConf.create({**defaults, "experiment": {**description, **_experiment_node(spec)}})
    return f"# @package _global_\n{first_line}\n{OmegaConf.to_yaml(tree)}"


def _description(spec: SweepSpec, command: Command) -> dict[str, Any]:
    varied = command.varied or "as it is"
    return {
        "name": f"{spec.parent.name}: {varied}" if spec.parent else varied,
        "description": "",
        "rationale": f"Started from Hydra's command line: {varied}",
        "metadata": {"created_at": command.date},
    }


def _experiment_node(spec: SweepSpec) -> dict[str, Any]:
    """Return the fields of `experiment:` that differ from the parent's."""
    parent = spec.parent
    node: dict[str, Any] = {"experiment_id": spec.experiment_id, "on_request": True}
    node |= {"parent": parent.experiment_id} if parent else {"hypothesis": _NO_HYPOTHESIS}
    if parent and parent.compare and not _is_testable(parent.compare, spec.points):
        deliverables = [deliverable for deliverable in parent.deliverables if not _needs_test(deliverable)]
        node |= {"compare": None, "deliverables": deliverables}
    node |= {"search": None} if parent and parent.search else {}
    node |= {"analysis_pipeline": [], "reports": []} if parent and (parent.analysis_pipeline or parent.reports) else {}
    node |= {"config": {setting.key: setting.value for setting in spec.config}} if spec.config else {}
    return node | {"sweep": _sweep_node(spec)}


def _sweep_node(spec: SweepSpec) -> dict[str, Any]:
    """Return the points, and deletions of what the parent sweeps."""
    rows = [{setting.key: setting.written for setting in point} for point in spec.points]
    sweep = {"list": rows} if any(spec.points) else {}
    inherited = spec.parent.sweep if spec.parent else {}
    return {f"~{key}": None for key in inherited if key not in sweep} | sweep


def _common_settings(jobs: Sequence[Job], command: Command, parent: Spec | None) -> tuple[Setting, ...]:
    """Return the settings that the command fixes and that are equal in all jobs.

    Mappings stay in the points, which Hydra merges into the config. So do choices of a config group inside which the
    parent's `config` sets a key, because the choice would replace that key.
    """
    fixed = {override_key(text) for text in command.overrides if not parse(text).is_sweep_override()}
    fixed -= {key for key, value in parent.config.items() if isinstance(value, Mapping)} if parent else set()
    in_all_jobs = set.intersection(
        *({(setting.key, canonical(setting.value)) for setting in job.settings} for job in jobs)
    )
    return tuple(
        setting
        for setting in jobs[0].settings
        if setting.name in fixed
        and not isinstance(setting.value, Mapping)
        and (setting.key, canonical(setting.value)) in in_all_jobs
    )


def _is_testable(compare: Compare, points: Iterable[Point]) -> bool:
    """Return whether the points include the levels that the registered test compares."""
    levels = {canonical(setting.value) for point in points for setting in point if setting.name == compare.factor}
    required = [compare.control] if compare.treatment is None else [compare.control, compare.treatment]
    return len(levels) > 1 and all(canonical(level) in levels for level in required)


def _needs_test(deliverable: Mapping[str, Any]) -> bool:
    return deliverable.get("over") == "best" or deliverable.get("type") == "comparison"


def _read(text: str) -> tuple[tuple[Setting, ...], tuple[Point, ...]]:
    """Return config and points of a generated spec."""
    node = _parse_experiment(text)
    config = tuple(Setting(key, value, value) for key, value in (node.get("config") or {}).items())
    rows = (node.get("sweep") or {}).get("list") or [{}]
    return config, tuple(tuple(read_setting(key, written) for key, written in row.items()) for row in rows)


def _read_description(text: str) -> tuple[str, dict[str, Any]]:
    """Return the line with the first command, and the description, of a generated spec."""
    node = _parse_experiment(text)
    return text.splitlines()[1], {key: node[key] for key in ("name", "description", "rationale", "metadata")}


def _parse_experiment(text: str) -> dict[str, Any]:
    tree = OmegaConf.to_container(OmegaConf.create(text))
    assert isinstance(tree, dict)
    node: dict[str, Any] = tree["experiment"]
    return node
