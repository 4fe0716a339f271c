"""Compile one spec in passes: compose and read it, expand its sweep, identify its runs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import CompileError, Diagnostic, did_you_mean
from compiler.base.identity import canonical, identifying_config
from compiler.collaboration.lab_settings import check_collaboration_of_spec
from compiler.composing.layers import Composed
from compiler.experiment.command_checks import unread_setting_problems
from compiler.experiment.cross_checks import check_together
from compiler.experiment.experiment import Experiment
from compiler.experiment.fresh_seeds import with_fresh_seeds
from compiler.experiment.key_use.unread_keys import warn_of_unread_keys
from compiler.experiment.planned_point import PlannedPoint
from compiler.experiment.point_checks import swept_reference_problems
from compiler.experiment.problem_log import ProblemLog
from compiler.experiment.run_pass import RunPass
from compiler.experiment.spec_pass import SpecNode, check_agents, read_node
from compiler.experiment.sweep_pass import ExpandedSweep, expand_sweep
from compiler.experiment.uncomposed_spec import uncomposed_diagnostics
from compiler.experiment.variant import Variant
from compiler.parsing.located_yaml import Source
from compiler.runs.toolchain import Run, Toolchain
from compiler.secrets.environment import restricted_environment
from compiler.spec.schema import Spec
from compiler.sweep.points import Point
from compiler.sweep.search import CompiledSearch, budget_problems, compile_search, probe_points
from compiler.tracking.choice import tracker_name, tracking_mode


def compile_experiment(choice: str, tools: Toolchain) -> tuple[Experiment, dict[str, Run]]:
    """Return the experiment in `conf/experiment/<choice>.yaml`, and its runs by id.

    Raises:
        CompileError: The spec is wrong. The error holds all problems that were found.
    """
    source = tools.composer.source(f"experiment/{choice}")
    assert source is not None
    try:
        with restricted_environment(tools.environment):
            return _compile(choice, source, tools)
    except RecursionError as error:
        raise CompileError([Diagnostic(source.name, 1, 1, "", "is nested too deeply to be compiled")]) from error


def read_spec(choice: str, tools: Toolchain) -> Spec:
    """Return a spec without composing the configs of its points.

    Raises:
        CompileError: The spec is wrong. The error holds all problems that were found.
    """
    source = tools.composer.source(f"experiment/{choice}")
    if source is None:
        hint = did_you_mean(choice, tools.composer.options("experiment"))
        raise CompileError([Diagnostic("conf/experiment", 1, 1, "", f"there is no '{choice}.yaml'", hint)])
    with restricted_environment(tools.environment):
        composed = compose_experiment(choice, source, tools)
        log = ProblemLog(composed)
        spec = read_node(composed, Path(choice).name, tools.types.find, log).spec
    if log or spec is None:
        raise log.error()
    return spec


def _compile(choice: str, source: Source, tools: Toolchain) -> tuple[Experiment, dict[str, Run]]:
    try:
        composed = compose_experiment(choice, source, tools)
    except CompileError as error:
        raise CompileError([*error.diagnostics, *uncomposed_diagnostics(choice, source, tools)]) from error
    log = ProblemLog(composed)
    node = read_node(composed, Path(choice).name, tools.types.find, log)
    check_agents(node, tools.signatures, log)
    sweep = expand_sweep(node.fields, tools, log)
    log.add(swept_reference_problems(composed.config, node.fields, sweep.keys))
    run_pass = RunPass(choice, composed, node.fields.get("config"), sweep, tools, log)
    base = run_pass.variant(sweep.first_choices if composed.is_partial else ())
    sweep, seeds = _fresh_seeds(sweep, node, base, tools, log)
    search = _search(node, sweep, run_pass, tools, log) if base else None
    runs = list(run_pass.runs(_points(node, sweep, search))) if base else []
    log.add(unread_setting_problems(runs))
    if base is not None:
        choices = dict.fromkeys(point.choices for point, _ in runs)
        variants = {choice: variant for choice in choices or [()] if (variant := run_pass.variant(choice)) is not None}
        for variant in variants.values():
            with log.collecting():
                check_collaboration_of_spec(variant.composed, node.fields.get("config"), tools.composer)
        check_together(node, sweep, list(variants.values()), tools.modules, log, tools.lab.root)
        warn_of_unread_keys(variants, [point for point, _ in runs], tools.signatures, log)
    if log or node.spec is None or base is None:
        raise log.error()
    values = base.values
    experiment = Experiment(
        node.spec.experiment_id,
        source.name,
        is_own(choice, tools),
        node.spec,
        node.deliverables,
        identifying_config(values),
        tuple(PlannedPoint(point.name, point.overrides, run.id) for point, run in runs),
        search and search.with_runs({canonical(point.overrides): run.id for point, run in runs}),
        values.get("agents") or {},
        seeds,
        tracking_mode(values),
        log.warnings,
        tuple(
            dataset.to_json() for dataset in dict.fromkeys(variant.dataset for variant in variants.values()) if dataset
        ),
        tracker_name(values),
    )
    return experiment, {run.id: run for _, run in runs}


def compose_experiment(choice: str, source: Source, tools: Toolchain) -> Composed:
    """Return the composed spec. Raises CompileError if the spec is merged under the wrong key."""
    composed = _composed(choice, tools)
    if any(layer.source is source and layer.package for layer in composed.layers) and source.node(("experiment",)):
        hint = "begin the file with the line: # @package _global_"
        raise CompileError([Diagnostic(source.name, 1, 1, "", "would be read below the key `experiment`", hint)])
    return composed


def _composed(choice: str, tools: Toolchain) -> Composed:
    """Return the composed spec, without groups whose config is still to be chosen, for example by the sweep."""
    try:
        return tools.composer.compose(choice, (), tools.overrides)
    except CompileError:
        with suppress(CompileError):
            return tools.composer.compose(choice, (), tools.overrides, is_partial=True)
        raise


def _fresh_seeds(
    sweep: ExpandedSweep, node: SpecNode, base: Variant | None, tools: Toolchain, log: ProblemLog
) -> tuple[ExpandedSweep, Mapping[str, Any] | None]:
    """Return the sweep with fresh seeds and their choice, if the test asks for them."""
    spec = node.spec
    if log or base is None or spec is None or spec.compare is None or not spec.compare.fresh_seeds:
        return sweep, None
    with log.collecting():
        fresh = with_fresh_seeds(sweep, spec, identifying_config(base.values), tools.lab)
        return fresh.sweep, fresh.choice
    return sweep, None


def _search(
    node: SpecNode, sweep: ExpandedSweep, run_pass: RunPass, tools: Toolchain, log: ProblemLog
) -> CompiledSearch | None:
    """Return the search with the trials of its rounds; None if there is none, or if the spec is wrong.

    Configs at the bounds of the space are checked, because those of later trials are not known yet.
    """
    if node.spec is None or node.spec.search is None or not sweep.space:
        return None
    log.add(budget_problems(node.spec.search, sweep.points))
    if log or not sweep.points:
        return None
    probes = [run for _, run in run_pass.runs(probe_points(sweep.space, sweep.points))]
    if log:
        return None
    with log.collecting():
        return compile_search(tools.lab, node.spec, sweep.space, sweep.points, probes)
    return None


def _points(node: SpecNode, sweep: ExpandedSweep, search: CompiledSearch | None) -> tuple[Point, ...]:
    """Return the points of the sweep, or those of the trials if there is a search."""
    if search is not None:
        return search.points
    return () if node.fields.get("search") is not None else sweep.points


def is_own(choice: str, tools: Toolchain) -> bool:
    """Return whether a spec is a file of the lab, not one that ships with the engine."""
    roots = (tools.composer.roots[0], tools.lab.sweeps)
    return any((root / f"experiment/{choice}.yaml").is_file() for root in roots)
