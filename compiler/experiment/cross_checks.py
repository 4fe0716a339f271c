"""Last pass: check a spec against its config, its sweep and the metrics that its training writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import SpecError
from compiler.comparison.comparison_problems import comparison_problems
from compiler.comparison.fold_problems import fold_problems
from compiler.comparison.metric_problems import goal_problems
from compiler.composing.patching import with_settings
from compiler.experiment.package_check import package_problems
from compiler.experiment.problem_log import ProblemLog
from compiler.experiment.spec_pass import SpecNode
from compiler.experiment.sweep_pass import ExpandedSweep
from compiler.experiment.variant import Variant
from compiler.fusion.obstacles import unfused_problems
from compiler.python_source.definitions import Definitions
from compiler.python_source.modules import Modules
from compiler.python_source.training_kind import training_function, training_kind
from compiler.spec.data_group.group_columns import group_column_problems, unrecorded_group_problems
from compiler.spec.function_metrics import function_metrics
from compiler.spec.loadable_model import loadable_model_problems
from compiler.spec.logged_metrics import logged_metrics, unlogged_metric_problems
from compiler.spec.missing_test import missing_test_problems
from compiler.spec.safety.case_files import case_file_problems
from compiler.spec.schema import Search
from compiler.spec.trial_settings import limited_evidence_problems
from compiler.spec.unsynced_tracking import unsynced_tracking_problems


def check_together(
    node: SpecNode, sweep: ExpandedSweep, variants: Sequence[Variant], modules: Modules, log: ProblemLog, root: Path
) -> None:
    """Add the contradictions between the parts of a valid spec to `log`.

    Args:
        variants: the configs before their values are swept, one for each choice of groups in the sweep.
        root: the folder of the lab.
    """
    for variant in variants:
        log.add(package_problems(variant.config, modules), variant)
    spec = node.spec
    if spec is None:
        return
    with log.collecting():
        log.add(case_file_problems(node.deliverables, root))
    written = _metrics_of_all(variants, modules)
    if written is not None and "model._target_" not in sweep.keys:
        log.add(unlogged_metric_problems(spec, node.deliverables, written))
    for kind in {training_kind(variant.config, Definitions(modules)) for variant in variants}:
        log.add(loadable_model_problems(node.deliverables, kind))
    for variant in variants:
        log.warn(unsynced_tracking_problems(node.deliverables, variant.config))
        log.warn(unfused_problems(variant.config, Definitions(modules)), variant)
        kind = training_kind(variant.config, Definitions(modules))
        if kind == "lightning":
            log.add(missing_test_problems(node.deliverables, variant.config, modules))
        with suppress(SpecError):  # reported with the variant
            dataset = variant.dataset
            log.add(group_column_problems(node.deliverables, dataset, variant.config, modules, kind))
            log.warn(unrecorded_group_problems(variant.config, modules, kind), variant)
    if spec.search is not None:
        _check_objective(spec.search, log)
    if spec.compare is not None:
        for config in _limited_configs(variants, sweep):
            log.add(limited_evidence_problems(config, spec.compare))
    if spec.compare is not None and sweep.points:
        settings = [point.overrides for point in sweep.points]
        is_search = spec.search is not None
        log.add(comparison_problems(spec.compare, spec.claims, settings, product_keys=spec.sweep, is_search=is_search))
        if node.folds is not None:
            log.add(fold_problems(spec.compare, spec.claims, settings, node.folds.fold))


def _limited_configs(variants: Sequence[Variant], sweep: ExpandedSweep) -> Iterator[dict[str, Any]]:
    """Yield the configs before their values are swept, and each with every swept key of the trainer."""
    swept = [setting for point in sweep.points for setting in point.values if setting.key.startswith("trainer.")]
    distinct = {(setting.key, repr(setting.value)): setting for setting in swept}.values()
    for variant in variants:
        yield variant.config
        yield from (with_settings(variant.config, [setting]) for setting in distinct)


def _metrics_of_all(variants: Sequence[Variant], modules: Modules) -> frozenset[str] | None:
    """Return the metrics that every variant writes, None if the source of one of them does not show its metrics."""
    known = [metrics for variant in variants if (metrics := _written_metrics(variant, modules)) is not None]
    if not known or len(known) < len(variants):
        return None
    return known[0] if len(set(known)) == 1 else frozenset.intersection(*known)


def _written_metrics(variant: Variant, modules: Modules) -> frozenset[str] | None:
    """Return the metrics that a training writes, None if its source does not list all of them."""
    definitions = Definitions(modules)
    function = training_function(variant.config, definitions)
    if function is not None:
        return function_metrics(function.node)
    is_lightning = training_kind(variant.config, definitions) == "lightning"
    return logged_metrics(variant.config, modules) if is_lightning else None


def _check_objective(search: Search, log: ProblemLog) -> None:
    if search.metric is not None and search.goal is not None:
        log.add(goal_problems(search.metric, search.goal, ("experiment", "search", "goal")))
