"""Check how a test is evaluated: planned looks, what its interval covers, its aggregate, and fresh seeds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from compiler.base.diagnostics import Problem
from compiler.base.identity import canonical
from compiler.base.level_label import label
from compiler.base.seed import SEED
from compiler.comparison.blocks import resolved_block
from compiler.comparison.levels import Settings, distinct_levels, factor_values
from compiler.comparison.spec_paths import COMPARE_PATH
from compiler.spec.compare import Claim, Compare, Looks


def plan_problems(
    compare: Compare,
    claims: Sequence[Claim],
    points: Sequence[Settings],
    *,
    product_keys: Collection[str],
    is_search: bool,
) -> Iterator[Problem]:
    """Yield contradictions in the plan of a test.

    Args:
        product_keys: the keys of the sweep whose values are combined with all others.
    """
    if compare.looks is not None:
        arms = [settings for settings in points if compare.factor in settings]
        yield from _look_problems(compare.looks, arms, len(claims), is_search=is_search)
    if SEED not in compare.generalize_to or len(set(compare.generalize_to)) != len(compare.generalize_to):
        problem = "must contain `seed` once, because runs that differ in the seed are what the test compares"
        yield Problem((*COMPARE_PATH, "generalize_to"), problem)
    if compare.aggregate == "iqm" and not resolved_block(compare, points):
        problem = "iqm aggregates over blocks, and no key beside the factor and the seed is swept"
        yield Problem((*COMPARE_PATH, "aggregate"), problem, "write mean, or sweep a key such as data")
    if compare.fresh_seeds and SEED not in product_keys:
        problem = "needs a key `seed` in the sweep, outside `zip` and `list`, whose values can be replaced"
        yield Problem((*COMPARE_PATH, "fresh_seeds"), problem)


def _look_problems(looks: Looks, points: Sequence[Settings], claims: int, *, is_search: bool) -> Iterator[Problem]:
    """Yield why the planned looks do not fit the sweep. `claims` is the number of claims."""
    key_path = (*COMPARE_PATH, "looks")
    if any(later <= earlier for earlier, later in zip(looks.seeds, looks.seeds[1:], strict=False)):
        yield Problem((*key_path, "seeds"), f"must be ascending, got {looks.seeds}")
        return
    seeds = len(distinct_levels(factor_values(SEED, points)))
    if is_search:
        yield Problem(key_path, "a search has no planned looks, because its runs depend on earlier results")
    elif claims > 1:
        yield Problem(key_path, f"planned looks support one claim, got {claims}", "split the claims into experiments")
    elif seeds not in looks.seeds:
        problem = f"the sweep has {seeds} seeds, which is none of the planned looks"
        listed = ", ".join(map(str, looks.seeds))
        yield Problem((*key_path, "seeds"), problem, f"sweep the seeds of a look: {listed}")
    elif len(set(_seeds_by_setting(points).values())) > 1:
        yield Problem(key_path, "planned looks need the same seeds at every setting", "sweep the seed outside of `zip`")


def _seeds_by_setting(points: Sequence[Settings]) -> dict[bytes, frozenset[str]]:
    """Return the seeds of each setting of the other keys."""
    seeds: dict[bytes, frozenset[str]] = {}
    for settings in points:
        setting = canonical({key: value for key, value in settings.items() if key != SEED})
        seeds[setting] = seeds.get(setting, frozenset()) | {label(settings.get(SEED))}
    return seeds
