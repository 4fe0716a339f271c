"""Propose the missing cells of a grid: settings without a run, and other seeds for failed runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from agents.context.trials import Trial, cells
from agents.facts.ids import label
from agents.proposals.basis import Basis
from agents.proposals.follow_up_spec import follow_up_spec, tested_levels
from agents.proposals.spec import ProposedSpec
from compiler.base.seed import SEED

MAX_RUNS = 500  # a larger grid is not proposed
_DIVERGED = "non_finite"  # this failure is a result of the setting, so a new seed would probably fail too
_Point = dict[str, Any]


def complete_grid(basis: Basis) -> Iterator[ProposedSpec]:
    """Yield the experiment with its complete grid. Existing runs are shared."""
    missing = [*_untried(basis), *_replacements(basis)] if _can_list_points(basis) else []
    if 0 < len(missing) <= MAX_RUNS:
        yield _proposed_spec(basis, missing)


def _can_list_points(basis: Basis) -> bool:
    values = [value for trial in basis.trials for value in trial.levels.values()]
    return bool(basis.factors) and not any(isinstance(value, Mapping) for value in values)


def _untried(basis: Basis) -> list[_Point]:
    """Return the combinations of levels without a point, with every seed of the experiment."""
    tried = {trial.cell(basis.factors) for trial in basis.trials}
    shared = {key: value for key, value in basis.trials[0].levels.items() if key not in (*basis.factors, SEED)}
    seeds = basis.seeds if basis.sweeps_seed else ()
    points: list[_Point] = []
    for levels in itertools.product(*basis.factors.values()):
        if tuple(map(label, levels)) not in tried:
            setting = {**shared, **dict(zip(basis.factors, levels, strict=True))}
            points += [{**setting, SEED: seed} for seed in seeds] or [setting]
    return points


def _replacements(basis: Basis) -> Iterator[_Point]:
    """Yield the setting of each failed run with a new seed. Diverged runs are results and are not replaced."""
    for members in cells(basis.trials, basis.factors).values():
        failed = [trial for trial in members if _is_replaceable(trial)]
        for trial, seed in zip(failed, basis.new_seeds(len(failed)), strict=True):
            yield {**trial.levels, SEED: seed}


def _is_replaceable(trial: Trial) -> bool:
    return trial.value is None and trial.failure is not None and trial.failure != _DIVERGED


def _proposed_spec(basis: Basis, missing: list[_Point]) -> ProposedSpec:
    existing = [dict(trial.levels) for trial in basis.trials if not _is_replaceable(trial)]
    sweep: dict[str, Any] = {f"~{key}": None for key in basis.spec.get("sweep", {}) if key != "list"}
    sweep["list"] = [
        {basis.sweep_key(key): _literal(value) for key, value in point.items()} for point in [*existing, *missing]
    ]
    texts = {
        "experiment_id": basis.next_id("fill"),
        "name": f"{basis.name}: complete grid",
        "description": f"Extends {basis.case.experiment_id} by {len(missing)} runs in the missing cells of its grid.",
        "hypothesis": basis.spec["hypothesis"],
        "research_question": basis.spec.get("research_question", ""),
        "rationale": "Because of untried settings and failed runs, the effects of the factors cannot be separated.",
    }
    return ProposedSpec(
        texts["experiment_id"],
        "fill",
        "train the missing cells of the grid: settings without a run, and other seeds for failed runs",
        follow_up_spec(basis, texts, sweep, _levels(basis), repeats_claims=True),
        runs=len(missing),
    )


def _levels(basis: Basis) -> dict[str, Any]:
    """Return the tested levels. The listed points share runs, so their seeds are not replaced."""
    replaces_seeds = bool(basis.spec["compare"].get("fresh_seeds"))
    return tested_levels(basis) | ({"fresh_seeds": False} if replaces_seeds else {})


def _literal(value: Any) -> Any:
    """Wrap a text or list, because a sweep would otherwise parse it as several values."""
    return [value] if isinstance(value, str | list) else value
