"""Replace the seeds of a sweep that finished runs have used, for a test with `fresh_seeds`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from compiler.base.diagnostics import Problem, SpecError
from compiler.base.identity import canonical, digest
from compiler.base.paths import Lab
from compiler.base.seed import SEED
from compiler.experiment.sweep_pass import ExpandedSweep
from compiler.registration.recorded_choices import recorded_choices
from compiler.registration.used_seeds import replace_used_seeds, seeds_of_finished_runs
from compiler.spec.schema import Spec
from compiler.sweep.points import Point, distinct_points

_KEY_PATH = ("experiment", "compare", "fresh_seeds")


@dataclass(frozen=True)
class FreshSweep:
    """A sweep with fresh seeds. `choice` has the written seeds as `from`, and the chosen ones as `to`."""

    sweep: ExpandedSweep
    choice: Mapping[str, Any]


def with_fresh_seeds(sweep: ExpandedSweep, spec: Spec, config: Mapping[str, Any], lab: Lab) -> FreshSweep:
    """Return the sweep with seeds that no finished run of the lab has used.

    A choice that is registered for the same claim is repeated, so that later compilations give the same runs.

    Args:
        config: the keys of the config before the sweep that identify runs.

    Raises:
        SpecError: A seed of the sweep is no whole number, or the experiment is a search.
    """
    written = _written_seeds(sweep, spec)
    recorded = recorded_choices(lab.registrations)
    key = _claim_key(sweep, spec, config)
    earlier_choices = [choice for choice in recorded.seeds.get(spec.experiment_id, ()) if choice["key"] == key]
    used = {*recorded.used_seeds, *seeds_of_finished_runs(lab)}
    seeds = replace_used_seeds(written, used, earlier_choices[-1] if earlier_choices else None)
    replacements = dict(zip(written, seeds, strict=True))
    points = distinct_points(_replaced(point, replacements) for point in sweep.points)
    return FreshSweep(replace(sweep, points=points), {"key": key, "from": written, "to": seeds})


def _written_seeds(sweep: ExpandedSweep, spec: Spec) -> list[int]:
    """Return the seeds that the spec writes, without duplicates. Raises SpecError."""
    if spec.search is not None:
        raise SpecError([Problem(_KEY_PATH, "is not available for a search", "give the search another seed")])
    seeds = [point.overrides[SEED] for point in sweep.points if SEED in point.overrides]
    whole = [seed for seed in seeds if isinstance(seed, int) and not isinstance(seed, bool)]
    if len(whole) < len(seeds):
        raise SpecError([Problem(_KEY_PATH, "needs whole numbers as `seed` in the sweep", "write seed: range(5)")])
    return list(dict.fromkeys(whole))


def _claim_key(sweep: ExpandedSweep, spec: Spec, config: Mapping[str, Any]) -> str:
    """Return a digest of the claim without its seeds."""
    arms = {canonical({key: value for key, value in point.overrides.items() if key != SEED}) for point in sweep.points}
    compare = spec.compare.model_dump(mode="json") if spec.compare else None
    claims = [claim.model_dump(mode="json") for claim in spec.claims]
    settings = {key: value for key, value in config.items() if key != SEED}
    return digest([spec.hypothesis, compare, claims, sorted(arm.hex() for arm in arms), settings])


def _replaced(point: Point, seeds: Mapping[int, int]) -> tuple[Any, ...]:
    """Return the settings of a point with its fresh seed."""
    return tuple(
        replace(setting, value=seeds[setting.value]) if setting.key == SEED else setting for setting in point.settings
    )
