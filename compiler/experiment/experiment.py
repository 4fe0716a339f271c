"""One spec file, compiled: compose, check, expand, identify."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import CompileError, Diagnostic, Problem, SpecError, did_you_mean
from compiler.base.identity import canonical, identifying_config
from compiler.base.redaction import secret_problems
from compiler.composing.interpolation import Resolver
from compiler.composing.layers import Composed
from compiler.composing.overrides import override_key
from compiler.composing.patching import resolved_config, with_settings
from compiler.deliverables.deliverable import Deliverable
from compiler.experiment.planned_point import PlannedPoint
from compiler.experiment.point_checks import comparison_problems, unsettled, value_problems
from compiler.experiment.variant import Variant, variant
from compiler.parsing.json_values import missing_values, unwritable_values
from compiler.parsing.located_yaml import Source
from compiler.runs.toolchain import Run, Toolchain
from compiler.spec.agent_entry_points import AGENT_FIELDS, agent_field_problems
from compiler.spec.logged_metrics import logged_metrics, metric_problems
from compiler.spec.schema import Spec, parse_spec
from compiler.sweep.inherited_sweep import deletion_problems, remaining
from compiler.sweep.points import Point, points
from compiler.sweep.search import CompiledSearch, budget_problems, planned_search, probe_points, repeated_key_problems
from compiler.sweep.search_space import SearchedKey, search_space


@dataclass(frozen=True)
class Experiment:
    """A compiled spec. `base` is its config before the sweep, as far as it identifies runs; `agents` says who words."""

    id: str
    file: str
    is_own: bool  # of this lab, not of the engine below it
    spec: Spec
    deliverables: tuple[Deliverable, ...]
    base: Mapping[str, Any]
    points: tuple[PlannedPoint, ...]
    search: CompiledSearch | None = None
    agents: Mapping[str, Any] = field(default_factory=dict)


def compiled(choice: str, tools: Toolchain) -> tuple[Experiment, dict[str, Run]]:
    """The experiment in `conf/experiment/<choice>.yaml`, and its runs by id.

    Raises:
        CompileError: with every mistake found in it.
    """
    source = tools.composer.source(f"experiment/{choice}")
    assert source is not None
    try:
        return _unit(choice, source, tools).experiment(source.name)
    except RecursionError as error:
        raise CompileError([Diagnostic(source.name, 1, 1, "", "is nested too deeply to be compiled")]) from error


def read_spec(choice: str, tools: Toolchain) -> Spec:
    """What a spec says, without the config and the points that it stands for.

    Raises:
        CompileError: with every mistake found in it.
    """
    source = tools.composer.source(f"experiment/{choice}")
    if source is None:
        raise CompileError([_no_such_spec(choice, tools)])
    return _unit(choice, source, tools).read()


def _no_such_spec(choice: str, tools: Toolchain) -> Diagnostic:
    hint = did_you_mean(choice, tools.composer.options("experiment"))
    return Diagnostic("conf/experiment", 1, 1, "", f"there is no '{choice}.yaml'", hint)


def _unit(choice: str, source: Source, tools: Toolchain) -> _Unit:
    composed = tools.composer.compose(choice, (), tools.overrides)
    if any(layer.source is source and layer.package for layer in composed.layers) and source.node(("experiment",)):
        hint = "begin the file with the line: # @package _global_"
        raise CompileError([Diagnostic(source.name, 1, 1, "", "would be read below the key `experiment`", hint)])
    return _Unit(choice, composed, tools)


class _Unit:
    """The passes over one experiment. Each tells its problems, so that all come at once."""

    def __init__(self, choice: str, composed: Composed, tools: Toolchain) -> None:
        self.choice, self.composed, self.tools = choice, composed, tools
        self.found: list[Diagnostic] = []
        self._variants: dict[tuple[str, ...], Variant | None] = {}

    def read(self) -> Spec:
        spec, _ = self._spec(self._node())
        if self.found or spec is None:
            raise CompileError(self.found)
        return spec

    def experiment(self, file: str) -> tuple[Experiment, dict[str, Run]]:
        node = self._node()
        spec, deliverables = self._spec(node)
        self._tell([*unwritable_values(node, ("experiment",)), *missing_values(node, ("experiment",))] if spec else ())
        given = node if isinstance(node, Mapping) else {}
        for listed in AGENT_FIELDS:
            self._tell(agent_field_problems(listed, given.get(listed), self.tools.modules))
        swept = self._points(given)
        space = self._space(given, swept)
        keys = frozenset(one.key for point in swept for one in point.settings) | {one.key for one in space}
        self._tell(unsettled(self.composed.config, given, keys))
        base = self._variant((), given, keys)
        search = self._search(spec, space, swept, given, keys) if base and spec and space else None
        planned = self._planned(self._all_points(given, swept, search), given, keys) if base else []
        if base and spec:
            written = logged_metrics(base.config.get("model"), self.tools.modules)
            self._tell(metric_problems(spec, deliverables, written) if written is not None else ())
            self._tell(comparison_problems(spec, swept))
        if self.found or spec is None or base is None:
            raise CompileError(self.found)
        experiment = Experiment(
            spec.experiment_id,
            file,
            self._is_own(),
            spec,
            deliverables,
            identifying_config(base.values),
            tuple(PlannedPoint(point.name, point.overrides, run.id) for point, run in planned),
            search and search.with_runs({canonical(point.overrides): run.id for point, run in planned}),
            base.values.get("agents") or {},
        )
        return experiment, {run.id: run for _, run in planned}

    def _tell(self, problems: Iterable[Problem], where: Variant | None = None) -> None:
        self.found += map((where or self.composed).diagnostic, problems)

    def _is_own(self) -> bool:
        roots = (self.tools.composer.roots[0], self.tools.lab.sweeps)
        return any((root / f"experiment/{self.choice}.yaml").is_file() for root in roots)

    def _node(self) -> Any:
        """The spec, its interpolations resolved, and its sweep without what it took out of an inherited one.

        Raises:
            CompileError: at once where it holds a secret, because other diagnostics might quote that.
        """
        self._tell(secret_problems(self.composed.config))
        if self.found:
            raise CompileError(self.found)
        try:
            node = Resolver().spec(self.composed.config)
        except SpecError as error:
            self._tell(error.problems)
            node = self.composed.config.get("experiment")
        sweep = node.get("sweep") if isinstance(node, Mapping) else None
        if not isinstance(sweep, Mapping):
            return node
        self._tell(deletion_problems(sweep, self.composed.layers))
        return {**node, "sweep": remaining(sweep, self.composed.layers)}

    def _spec(self, node: Any) -> tuple[Spec | None, tuple[Deliverable, ...]]:
        try:
            return parse_spec(node, Path(self.choice).name)
        except SpecError as error:
            self._tell(error.problems)
            return None, ()

    def _points(self, given: Mapping[str, Any]) -> tuple[Point, ...]:
        sweep = given.get("sweep", {})
        if not isinstance(sweep, Mapping):
            return ()  # the schema says so
        fixed = {override_key(text) for text in self.tools.overrides}
        both = sorted(fixed & {str(key) for key in sweep})
        told = "is swept, and set by an override of this build"
        self._tell(Problem(("experiment", "sweep", key), told) for key in both)
        try:
            swept = points(sweep, self.tools.composer)
        except SpecError as error:
            self._tell(error.problems)
            return ()
        return swept

    def _space(self, given: Mapping[str, Any], swept: tuple[Point, ...]) -> tuple[SearchedKey, ...]:
        node = given.get("search")
        if not isinstance(node, Mapping) or not isinstance(node.get("space"), Mapping):
            return ()  # the schema says so
        fixed = {override_key(text) for text in self.tools.overrides}
        both = sorted(fixed & {str(key) for key in node["space"]})
        told = "is searched, and set by an override of this build"
        self._tell(Problem(("experiment", "search", "space", key), told) for key in both)
        try:
            space = search_space(node["space"], node.get("sampler"), self.tools.composer)
        except SpecError as error:
            self._tell(error.problems)
            return ()
        self._tell(repeated_key_problems(space, swept))
        return space

    def _search(
        self,
        spec: Spec,
        space: tuple[SearchedKey, ...],
        swept: tuple[Point, ...],
        given: Mapping[str, Any],
        keys: frozenset[str],
    ) -> CompiledSearch | None:
        """The search and what it has asked, if trainings at the ends of its space are right."""
        assert spec.search is not None
        self._tell(budget_problems(spec.search, swept))
        if self.found or not swept:
            return None
        probes = [run for _, run in self._planned(probe_points(space, swept), given, keys)]
        if self.found:
            return None
        try:
            return planned_search(self.tools.lab, spec, space, swept, probes)
        except SpecError as error:
            self._tell(error.problems)
            return None

    @staticmethod
    def _all_points(
        given: Mapping[str, Any], swept: tuple[Point, ...], search: CompiledSearch | None
    ) -> tuple[Point, ...]:
        """The points of the sweep; of a search, those of its trials."""
        return search.points if search else () if given.get("search") is not None else swept

    def _variant(self, choices: tuple[str, ...], given: Mapping[str, Any], swept: frozenset[str]) -> Variant | None:
        """The config under some group choices; what is wrong with it is told once."""
        if choices not in self._variants:
            self._variants[choices] = None
            try:
                own, composer = given.get("config"), self.tools.composer
                one = variant(self.choice, choices, self.composed, own, self.tools.overrides, composer)
            except SpecError as error:
                self._tell(error.problems)
            except CompileError as error:
                self.found += error.diagnostics
            else:
                self._variants[choices] = one
                self._tell(one.problems(self.tools.signatures, swept), one)
        return self._variants[choices]

    def _planned(
        self, swept: tuple[Point, ...], given: Mapping[str, Any], keys: frozenset[str]
    ) -> list[tuple[Point, Run]]:
        """Every point with its run; a mistake in a value is told once, not for each point that has it."""
        planned = []
        checked: set[tuple[tuple[str, ...], str, str]] = set()
        for point in swept:
            one = self._variant(point.choices, given, keys)
            if one is None:
                continue
            try:
                config = with_settings(one.config, point.values)
                for setting in point.values:
                    seen = (point.choices, setting.key, repr(setting.value))
                    if seen not in checked:
                        checked.add(seen)
                        self._tell(value_problems(config, setting, self.tools.signatures))
                planned.append((point, self.tools.run(resolved_config(config, one.resolver))))
            except SpecError as error:
                self._tell(error.problems, one)
        return planned
