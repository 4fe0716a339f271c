"""A sweep of Hydra's command line as a spec: what its jobs share is the config, in what they differ the points.

A spec that is there grows: a sweeper that feeds back asks for more points of one and the same experiment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from omegaconf import OmegaConf

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.identity import canonical, digest
from compiler.composing.overrides import overridden
from compiler.spec.schema import Compare, Spec
from rules.multirun.sweep_jobs import Given, Job, identity, parsed, read_given

_UNSTATED = "None was stated: this is a sweep of Hydra's command line without an experiment."
_DIGITS = 8
Row = tuple[Given, ...]


@dataclass(frozen=True)
class Command:
    """What was asked: the words as typed, the overrides in them, and the day."""

    words: str
    overrides: tuple[str, ...]
    day: str

    @property
    def varied(self) -> str:
        return " ".join(text for text in self.overrides if overridden(text) != "experiment")


@dataclass(frozen=True)
class SweepSpec:
    """The experiment that a command line is. `choice` and `parent` are the spec that it varies, None without one."""

    experiment_id: str
    choice: str | None
    parent: Spec | None
    config: tuple[Given, ...]
    rows: tuple[Row, ...]

    @property
    def metric(self) -> str:
        """What sweepers are told of a run: the metric registered by the parent."""
        return self.parent.compare.metric if self.parent and self.parent.compare else "accuracy"

    def row(self, job: Job) -> Row:
        """What a job sets beside the config of all.

        Raises:
            CompileError: it does not set what the config sets, so that it cannot be a point of this experiment.
        """
        shared = {one.name: canonical(one.value) for one in self.config}
        if missing := shared.keys() - {one.name for one in job.given}:
            told = f"a job does not set {', '.join(sorted(missing))}, which the first jobs of this sweep did"
            raise CompileError([Diagnostic("overrides", 1, 1, "", f"{' '.join(job.overrides)}: {told}")])
        return tuple(one for one in job.given if shared.get(one.name) != canonical(one.value))


def experiment_id(parent: str | None, command: Command) -> str:
    """The same command is the same experiment, whatever the order of its words."""
    words = [text for text in command.overrides if overridden(text) != "experiment"]
    return f"{parent or 'sweep'}-{digest(sorted(words))[:_DIGITS]}"


def sweep_spec(
    name: str, choice: str | None, parent: Spec | None, jobs: Sequence[Job], command: Command, known: str | None
) -> SweepSpec:
    """The experiment of some jobs that vary one and the same other.

    Args:
        known: the text of the spec so far, None before the first jobs.

    Raises:
        CompileError: the jobs cannot be points of one spec.
    """
    config, rows = _read(known) if known is not None else (_shared(jobs, command, parent), ())
    empty = SweepSpec(name, choice, parent, config, rows)
    grown = {identity(row): row for row in rows}
    for job in jobs:
        row = empty.row(job)
        grown.setdefault(identity(row), row)
    if () in grown.values() and len(grown) > 1:
        told = "a job that sets nothing cannot be a point beside others that do"
        raise CompileError([Diagnostic("overrides", 1, 1, "", told)])
    return replace(empty, rows=tuple(grown.values()))


def spec_text(spec: SweepSpec, command: Command, known: str | None) -> str:
    """The file. However it grows, the words in it stay the first."""
    words, told = _first(known) if known is not None else (f"# {' '.join(command.words.split())}", _told(spec, command))
    defaults = {"defaults": [spec.choice, "_self_"]} if spec.choice else {}
    tree = OmegaConf.create({**defaults, "experiment": {**told, **_node(spec)}})
    return f"# @package _global_\n{words}\n{OmegaConf.to_yaml(tree)}"


def _told(spec: SweepSpec, command: Command) -> dict[str, Any]:
    varied = command.varied or "as it is"
    return {
        "name": f"{spec.parent.name}: {varied}" if spec.parent else varied,
        "description": "",
        "rationale": f"Asked for on Hydra's command line: {varied}",
        "metadata": {"created_at": command.day},
    }


def _node(spec: SweepSpec) -> dict[str, Any]:
    parent = spec.parent
    node: dict[str, Any] = {"experiment_id": spec.experiment_id, "on_request": True}
    node |= {"parent": parent.experiment_id} if parent else {"hypothesis": _UNSTATED}
    if parent and parent.compare and not _is_testable(parent.compare, spec.rows):
        kept = [one for one in parent.deliverables if not _needs_test(one)]
        node |= {"compare": None, "deliverables": kept}
    node |= {"search": None} if parent and parent.search else {}
    node |= {"analysis_pipeline": [], "reports": []} if parent and (parent.analysis_pipeline or parent.reports) else {}
    node |= {"config": {one.key: one.value for one in spec.config}} if spec.config else {}
    return node | {"sweep": _sweep(spec)}


def _sweep(spec: SweepSpec) -> dict[str, Any]:
    """The points, in place of the parent's sweep."""
    own = {"list": [{one.key: one.written for one in row} for row in spec.rows]} if any(spec.rows) else {}
    inherited = spec.parent.sweep if spec.parent else {}
    return {f"~{key}": None for key in inherited if key not in own} | own


def _shared(jobs: Sequence[Job], command: Command, parent: Spec | None) -> tuple[Given, ...]:
    """What the command fixes and no job has otherwise: a sweep does not have to name it point by point.

    Mappings stay in the points, where they are laid in as Hydra does it, and so do choices of a group inside of which
    the parent's own config sets something: they would take its place.
    """
    fixed = {overridden(text) for text in command.overrides if not parsed(text).is_sweep_override()}
    fixed -= {key for key, value in parent.config.items() if isinstance(value, Mapping)} if parent else set()
    of_all = set.intersection(*({(one.key, canonical(one.value)) for one in job.given} for job in jobs))
    kept = (one for one in jobs[0].given if one.name in fixed and not isinstance(one.value, Mapping))
    return tuple(one for one in kept if (one.key, canonical(one.value)) in of_all)


def _is_testable(compare: Compare, rows: Iterable[Row]) -> bool:
    """Whether the registered test still has its control, and something to compare with it."""
    levels = {canonical(one.value) for row in rows for one in row if one.name == compare.factor}
    wanted = [compare.control] if compare.treatment is None else [compare.control, compare.treatment]
    return len(levels) > 1 and all(canonical(level) in levels for level in wanted)


def _needs_test(deliverable: Mapping[str, Any]) -> bool:
    return deliverable.get("over") == "best" or deliverable.get("type") == "comparison"


def _read(text: str) -> tuple[tuple[Given, ...], tuple[Row, ...]]:
    """Config and points of a spec of ours."""
    node = _experiment(text)
    config = tuple(Given(key, value, value) for key, value in (node.get("config") or {}).items())
    rows = (node.get("sweep") or {}).get("list") or [{}]
    return config, tuple(tuple(read_given(key, written) for key, written in row.items()) for row in rows)


def _first(text: str) -> tuple[str, dict[str, Any]]:
    node = _experiment(text)
    return text.splitlines()[1], {key: node[key] for key in ("name", "description", "rationale", "metadata")}


def _experiment(text: str) -> dict[str, Any]:
    tree = OmegaConf.to_container(OmegaConf.create(text))
    assert isinstance(tree, dict)
    node: dict[str, Any] = tree["experiment"]
    return node
