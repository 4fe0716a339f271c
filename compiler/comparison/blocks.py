"""Resolve the blocks of a test, within which its arms are compared, and check that each block contains every arm."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.level_label import label
from compiler.base.seed import SEED
from compiler.comparison.levels import Settings, distinct_levels
from compiler.comparison.spec_paths import COMPARE_PATH
from compiler.spec.compare import Compare

_UNSET = "(not set)"  # of a key that a point does not set


def resolved_block(compare: Compare, points: Iterable[Settings]) -> tuple[str, ...]:
    """Return the block keys of a test: those of the spec, then every other swept key that varies.

    The factor, the seed and keys that change one to one with it are not added. Runs that differ in a third setting are
    therefore never pooled.
    """
    settings = [point for point in points if compare.factor in point]
    swept = dict.fromkeys(key for point in settings for key in point)
    repetitions = {key for key in swept if _is_seed(key, settings)}
    varying = [key for key in swept if len({_text(point, key) for point in settings}) > 1]
    others = [key for key in varying if key != compare.factor and key not in repetitions]
    return tuple(dict.fromkeys([*compare.block, *others]))


def _is_seed(key: str, settings: Sequence[Settings]) -> bool:
    """Return whether a key is the seed, or another seed that changes one to one with it, such as `data.seed`."""
    values = {(_text(point, SEED), _text(point, key)) for point in settings}
    seeds, others = ({pair[position] for pair in values} for position in (0, 1))
    return key == SEED or (key.endswith(SEED) and len(seeds) == len(others) == len(values))


def block_problems(compare: Compare, levels: Sequence[Any], points: Sequence[Settings]) -> Iterator[Problem]:
    """Yield block keys that are not swept, and keys that change together with the factor.

    Args:
        levels: the control and the treatments.
    """
    settings = [point for point in points if compare.factor in point]
    key_problems = list(_key_problems(compare, settings))
    yield from key_problems or _confounding_problems(compare, levels, settings)


def _key_problems(compare: Compare, settings: Sequence[Settings]) -> Iterator[Problem]:
    swept = {key for point in settings for key in point}
    for index, key in enumerate(compare.block):
        key_path = (*COMPARE_PATH, "block", index)
        if key == compare.factor:
            yield Problem(key_path, f"'{key}' is the factor, so a block would hold one arm", "remove it")
        elif key not in swept:
            hint = f"swept: {', '.join(sorted(swept - {compare.factor}))}"
            yield Problem(key_path, f"'{key}' is not swept", hint)
        elif key in compare.block[:index]:
            yield Problem(key_path, f"'{key}' is written twice", "remove it")


def _confounding_problems(compare: Compare, levels: Sequence[Any], settings: Sequence[Settings]) -> Iterator[Problem]:
    """Yield a block without all arms, and pairs without both arms. A single key is named in preference to several."""
    block = resolved_block(compare, settings)
    for keys in [*((key,) for key in block), block]:
        gap = _incomplete_block(compare.factor, keys, levels, settings)
        if gap is not None:
            in_block, missing = gap
            problem = (
                f"'{compare.factor}' changes together with '{_joined(keys)}': no run with {in_block} has {missing}"
            )
            hint = f"sweep {_joined([compare.factor, *keys])} independently, so that each block has every arm"
            yield Problem((*COMPARE_PATH, "factor"), problem, hint)
            return
    if compare.paired and not _has_pairs(compare.factor, levels, settings):
        others = sorted({key for point in settings for key in point} - {compare.factor})
        problem = (
            f"no run has a partner at another level of '{compare.factor}' with equal {_joined(others) or 'settings'}"
        )
        yield Problem((*COMPARE_PATH, "paired"), problem, "sweep them independently, or write paired: false")


def _incomplete_block(
    factor: str, keys: Sequence[str], levels: Sequence[Any], settings: Iterable[Settings]
) -> tuple[str, str] | None:
    """Return a block and a level of the factor that it lacks, None if every block has every level."""
    blocks: dict[tuple[str, ...], set[str]] = {}
    for point in settings:
        blocks.setdefault(tuple(_text(point, key) for key in keys), set()).add(label(point[factor]))
    for values, present in blocks.items():
        missing = next((level for level in map(label, levels) if level not in present), None)
        if missing is not None and not present.isdisjoint(map(label, levels)):
            in_block = ", ".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
            return in_block, f"{factor}={missing}"
    return None


def _has_pairs(factor: str, levels: Sequence[Any], settings: Iterable[Settings]) -> bool:
    """Return whether each treatment has at least one pair with the control, the first of the levels."""
    units: dict[str, set[frozenset[tuple[str, str]]]] = {}
    for point in settings:
        unit = frozenset((key, _text(point, key)) for key in point if key != factor)
        units.setdefault(label(point[factor]), set()).add(unit)
    control, *treatments = (units.get(label(level), set()) for level in distinct_levels(levels))
    return all(not control.isdisjoint(treatment) for treatment in treatments)


def _text(point: Settings, key: str) -> str:
    return label(point[key]) if key in point else _UNSET


def _joined(keys: Collection[str]) -> str:
    return " and ".join(keys)
