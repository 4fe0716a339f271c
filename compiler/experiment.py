"""One spec file, compiled: compose, check, expand, identify."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.compose import Composed, Composer, resolved
from compiler.deliverables.deliverable import Deliverable
from compiler.errors import CompileError, Diagnostic, Problem, SpecError
from compiler.identity import identified
from compiler.metrics import metric_problems, metrics_written
from compiler.patching import patched, plain
from compiler.schema import Spec, parsed_spec
from compiler.secrets import secret_problems
from compiler.sweep import Point, Setting, points
from compiler.targets import target_problems
from compiler.toolchain import Run, Toolchain
from compiler.tree import leaves

Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class PlannedPoint:
    name: str
    overrides: Mapping[str, Any]
    run: str


@dataclass(frozen=True)
class Experiment:
    """A compiled spec. `base` is its config before the sweep, as far as it identifies runs."""

    id: str
    file: str
    is_own: bool  # of this lab, not of the engine below it
    spec: Spec
    deliverables: tuple[Deliverable, ...]
    base: Mapping[str, Any]
    points: tuple[PlannedPoint, ...]


def compiled(choice: str, tools: Toolchain) -> tuple[Experiment, dict[str, Run]]:
    """The experiment in `conf/experiment/<choice>.yaml`, and its runs by id.

    Raises:
        CompileError: with every mistake found in it.
    """
    source = tools.composer.source(f"experiment/{choice}")
    assert source is not None
    try:
        composed = tools.composer.compose([f"experiment={choice}", *tools.overrides])
    except SpecError as error:
        placed = (source.place(problem) for problem in error.problems)
        fallback = (Diagnostic(source.name, 1, 1, "", one.problem, one.hint) for one in error.problems)
        raise CompileError(one or other for one, other in zip(placed, fallback, strict=True)) from error
    unit = _Unit(choice, composed, tools)
    try:
        return unit.experiment(source.name)
    except SpecError as error:
        raise CompileError(map(composed.diagnostic, error.problems)) from error


class _Unit:
    """The passes over one experiment. Each collects its problems, so that all are told at once."""

    def __init__(self, choice: str, composed: Composed, tools: Toolchain) -> None:
        self.choice, self.composed, self.tools = choice, composed, tools
        self.problems: list[Problem] = []
        self._variants: dict[tuple[str, ...], Variant] = {}

    def experiment(self, file: str) -> tuple[Experiment, dict[str, Run]]:
        self.problems += secret_problems(self.composed.config)
        node = self._node()
        try:
            spec, deliverables = parsed_spec(node, Path(self.choice).stem)
        except SpecError as error:
            self.problems += error.problems
            spec, deliverables = None, ()
        given = node if isinstance(node, Mapping) else {}
        base = self._variant((), given)
        swept = self._points(given)
        planned = self._planned(swept, given) if base else []
        if base and spec:
            written = metrics_written(base.config.get("model"), self.tools.modules)
            self.problems += metric_problems(spec, deliverables, written) if written is not None else ()
            self.problems += _comparison_problems(spec, swept)
        if self.problems or spec is None or base is None:
            raise SpecError(self.problems)
        config = plain(base.config, base.has_interpolations)
        is_own = self.tools.composer.roots[0].joinpath(f"experiment/{self.choice}.yaml").is_file()
        experiment = Experiment(
            spec.experiment_id,
            file,
            is_own,
            spec,
            deliverables,
            identified(config),
            tuple(PlannedPoint(point.name, point.overrides, run.id) for point, run in planned),
        )
        return experiment, {run.id: run for _, run in planned}

    def _node(self) -> Any:
        """The spec, its interpolations resolved."""
        try:
            return resolved(self.composed.config).get("experiment")
        except SpecError as error:
            self.problems += error.problems
            return self.composed.config.get("experiment")

    def _points(self, given: Mapping[str, Any]) -> tuple[Point, ...]:
        sweep = given.get("sweep", {})
        if not isinstance(sweep, Mapping):
            return ()  # the schema says so
        fixed = {text.partition("=")[0].lstrip("+~") for text in self.tools.overrides}
        for key in sorted(fixed & {str(key) for key in sweep}):
            self.problems.append(
                Problem(("experiment", "sweep", key), "is swept, and set by an override of this build")
            )
        try:
            return points(sweep, self.tools.composer)
        except SpecError as error:
            self.problems += error.problems
            return ()

    def _variant(self, choices: tuple[str, ...], given: Mapping[str, Any]) -> Variant | None:
        """The config under some group choices, composed once and its targets checked once."""
        if choices not in self._variants:
            try:
                variant = self._composed_variant(choices, given)
            except SpecError as error:
                self.problems += error.problems
                return None
            self.problems += target_problems(variant.for_checks(), self.tools.signatures)
            self._variants[choices] = variant
        return self._variants[choices]

    def _composed_variant(self, choices: tuple[str, ...], given: Mapping[str, Any]) -> Variant:
        groups, values = _config_settings(given.get("config"), self.tools.composer)
        overrides = [f"experiment={self.choice}", *groups, *choices, *self.tools.overrides]
        config = self.composed.config if not groups + choices else self.tools.composer.compose(overrides).config
        overridden = {text.partition("=")[0].lstrip("+~") for text in self.tools.overrides}
        return Variant(patched(config, [one for one in values if one.key not in overridden]))

    def _planned(self, swept: tuple[Point, ...], given: Mapping[str, Any]) -> list[tuple[Point, Run]]:
        """Every point with its run; a mistake in a value is told once, not for each point that has it."""
        planned = []
        checked: set[tuple[tuple[str, ...], str, str]] = set()
        for point in swept:
            variant = self._variant(point.choices, given)
            if variant is None:
                continue
            try:
                config = patched(variant.config, point.values)
                for setting in point.values:
                    seen = (point.choices, setting.key, repr(setting.value))
                    if seen not in checked:
                        checked.add(seen)
                        self.problems += self._value_problems(config, setting)
                planned.append((point, self.tools.run(plain(config, variant.has_interpolations))))
            except SpecError as error:
                self.problems += [one for one in error.problems if one not in self.problems]
        return planned

    def _value_problems(self, config: dict[str, Any], setting: Setting) -> Iterator[Problem]:
        """What the class that takes a swept value has against it."""
        keys = setting.key.split(".")
        owner: Any = config
        for key in keys[:-1]:
            owner = owner.get(key) if isinstance(owner, dict) else None
        if isinstance(owner, dict) and "_target_" in owner:
            for problem in target_problems(owner, self.tools.signatures):
                if problem.path[:1] == (keys[-1],):
                    yield Problem(setting.at, problem.problem, problem.hint)


class Variant:
    """A config under one choice of groups."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config
        self.has_interpolations = any(
            isinstance(value, str) and "${" in value
            for key, part in config.items()
            if key != "experiment"
            for _, value in leaves(part)
        )

    def for_checks(self) -> dict[str, Any]:
        return {key: value for key, value in resolved(self.config).items() if key != "experiment"}


def _config_settings(node: Any, composer: Composer) -> tuple[tuple[str, ...], list[Setting]]:
    """`experiment.config` as group choices and values, as if given on Hydra's command line."""
    groups, values = [], []
    at: Keys = ("experiment", "config")
    for path, value in leaves(node) if isinstance(node, Mapping) and node else ():
        key = ".".join(map(str, path))
        if isinstance(value, str) and composer.is_group(key):
            groups.append(f"{key}={value}")
        else:
            values.append(Setting(key.lstrip("+"), value, False, key.startswith("+"), (*at, *path)))
    return tuple(groups), values


def _comparison_problems(spec: Spec, swept: tuple[Point, ...]) -> Iterator[Problem]:
    """A comparison names a swept factor, and levels that the sweep has."""
    if spec.compare is None or not swept:
        return
    at: Keys = ("experiment", "compare")
    levels = [point.overrides.get(spec.compare.factor) for point in swept if spec.compare.factor in point.overrides]
    if not levels:
        yield Problem((*at, "factor"), f"'{spec.compare.factor}' is not swept, so there is nothing to compare")
        return
    for field in ("control", "treatment"):
        level = getattr(spec.compare, field)
        if level not in levels and not (field == "treatment" and level is None):
            told = ", ".join(dict.fromkeys(map(str, levels)))
            yield Problem((*at, field), f"{level!r} is not a level of '{spec.compare.factor}'", f"levels: {told}")
