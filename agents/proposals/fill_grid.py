"""The cells that a grid lacks: settings that were never tried, and runs that gave no value."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from agents.context.trials import Trial, cells
from agents.facts.ids import label
from agents.proposals.basis import Ground
from agents.proposals.spec import ProposedSpec, proposal_id
from agents.registered_test.runs_by_arm import SEED

MOST_RUNS = 500  # a product of many keys is no follow-up any more
_DIVERGED = "non_finite"  # a result of its setting and no gap: the same setting would diverge again
_Point = dict[str, Any]


def fillings(ground: Ground) -> Iterator[ProposedSpec]:
    """The experiment with its grid complete: what is there is shared, what is lacking is trained."""
    lacking = [*_untried(ground), *_replacements(ground)] if _is_grid(ground) else []
    if 0 < len(lacking) <= MOST_RUNS:
        yield _filled(ground, lacking)


def _is_grid(ground: Ground) -> bool:
    """Whether its points can be written down again one by one."""
    values = [value for trial in ground.trials for value in trial.levels.values()]
    return bool(ground.factors) and not any(isinstance(value, Mapping) for value in values)


def _untried(ground: Ground) -> list[_Point]:
    """Combinations of the levels that no point has, at every seed of the experiment."""
    tried = {trial.cell(ground.factors) for trial in ground.trials}
    shared = {key: value for key, value in ground.trials[0].levels.items() if key not in (*ground.factors, SEED)}
    seeds = ground.seeds if any(SEED in trial.levels for trial in ground.trials) else ()
    found = []
    for values in itertools.product(*ground.factors.values()):
        if tuple(map(label, values)) not in tried:
            setting = {**shared, **dict(zip(ground.factors, values, strict=True))}
            found += [{**setting, SEED: seed} for seed in seeds] or [setting]
    return found


def _replacements(ground: Ground) -> Iterator[_Point]:
    """For each failed run that another seed may do without: its setting with a seed of no run."""
    for members in cells(ground.trials, ground.factors).values():
        gaps = [trial for trial in members if _is_gap(trial)]
        for trial, seed in zip(gaps, ground.fresh_seeds(len(gaps)), strict=True):
            yield {**trial.levels, SEED: seed}


def _is_gap(trial: Trial) -> bool:
    return trial.value is None and trial.failure is not None and trial.failure != _DIVERGED


def _filled(ground: Ground, lacking: list[_Point]) -> ProposedSpec:
    kept = [dict(trial.levels) for trial in ground.trials if not _is_gap(trial)]
    sweep: dict[str, Any] = {f"~{key}": None for key in ground.spec.get("sweep", {}) if key != "list"}
    sweep["list"] = [{ground.written(key): _literal(value) for key, value in one.items()} for one in [*kept, *lacking]]
    told = {
        "experiment_id": proposal_id(ground.case.experiment_id, "fill"),
        "name": f"{ground.spec['name']}: the whole grid",
        "description": f"{ground.case.experiment_id} with {len(lacking)} runs in the cells that its grid lacks.",
        "hypothesis": ground.spec["hypothesis"],
        "research_question": ground.spec.get("research_question", ""),
        "rationale": "Settings that were not tried, or whose runs failed, leave the factors entangled.",
    }
    test = {key: ground.compare.get(key) for key in ("factor", "control", "treatment")}
    return ProposedSpec(
        told["experiment_id"],
        "fill",
        "train what the grid lacks: settings that no point had, and other seeds where runs failed",
        ground.document(told, sweep, test),
        runs=len(lacking),
        told={},
    )


def _literal(value: Any) -> Any:
    """A text as itself: bare, it would be read as the grammar of sweeps."""
    return [value] if isinstance(value, str | list) else value
