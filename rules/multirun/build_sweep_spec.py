"""Build a spec from a multirun: common overrides become `config`, varying ones `sweep.list`.

If the spec exists, new points are appended, because adaptive sweepers request the points of one experiment in batches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.identity import canonical
from compiler.composing.overrides import override_key
from compiler.spec.schema import Spec
from rules.multirun.sweep_jobs import Job, Setting, identity, parse
from rules.multirun.sweep_spec import Command, SweepSpec
from rules.multirun.sweep_spec_text import read_settings


def build_sweep_spec(
    name: str, choice: str | None, parent: Spec | None, jobs: Sequence[Job], command: Command, existing: str | None
) -> SweepSpec:
    """Return the experiment of jobs that vary the same spec.

    Args:
        name: the id of the experiment.
        existing: the text of the spec so far, None before the first jobs.

    Raises:
        CompileError: the jobs cannot be points of one spec.
    """
    config, points = read_settings(existing) if existing is not None else (_common_settings(jobs, command, parent), ())
    spec = SweepSpec(name, choice, parent, config, points)
    points_by_identity = {identity(point): point for point in points}
    for job in jobs:
        point = spec.point(job)
        points_by_identity.setdefault(identity(point), point)
    if () in points_by_identity.values() and len(points_by_identity) > 1:
        problem = "a job without overrides cannot be a point beside jobs with overrides"
        raise CompileError([Diagnostic("overrides", 1, 1, "", problem)])
    return replace(spec, points=tuple(points_by_identity.values()))


def _common_settings(jobs: Sequence[Job], command: Command, parent: Spec | None) -> tuple[Setting, ...]:
    """Return the settings that the command fixes and that are equal in all jobs.

    Mappings stay in the points, which Hydra merges into the config. So do choices of a config group inside which the
    parent's `config` sets a key, because the choice would replace that key.
    """
    fixed_keys = {override_key(text) for text in command.overrides if not parse(text).is_sweep_override()}
    fixed_keys -= {key for key, value in parent.config.items() if isinstance(value, Mapping)} if parent else set()
    common_values = set.intersection(
        *({(setting.key, canonical(setting.value)) for setting in job.settings} for job in jobs)
    )
    return tuple(
        setting
        for setting in jobs[0].settings
        if setting.name in fixed_keys
        and not isinstance(setting.value, Mapping)
        and (setting.key, canonical(setting.value)) in common_values
    )
