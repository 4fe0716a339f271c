"""Choose seeds that no finished run has used. A registered choice is repeated by later compilations."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from compiler.base.json_files import parse_json
from compiler.base.paths import Lab
from compiler.base.seed import SEED


def seeds_of_finished_runs(lab: Lab) -> Iterator[int]:
    """Yield the seed of every finished run, also of those that `proband clean` has deleted.

    Runs without a readable config are ignored.
    """
    store = lab.run("")
    statuses = [*store.glob("*/status.json"), *store.glob("*/.status.json")]
    configs = sorted({status.parent / "config.json" for status in statuses})
    for file in (*configs, *sorted(lab.deleted_run("").parent.glob("*.json"))):
        try:
            seed = parse_json(file.read_bytes())["config"][SEED]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(seed, int):
            yield seed


def replace_used_seeds(
    written: Sequence[int], used: Collection[int], earlier_choice: Mapping[str, Any] | None
) -> list[int]:
    """Return one seed for each written seed: the one chosen earlier, itself if it is unused, or the next free one.

    Args:
        written: the seeds of the spec.
        used: seeds of finished runs and of registered experiments.
        earlier_choice: the registered choice for the same claim, with `from` and `to`.
    """
    chosen: dict[int, int] = {}
    if earlier_choice is not None:
        chosen = dict(zip(earlier_choice["from"], earlier_choice["to"], strict=True))
    unavailable = {*used, *chosen.values()}
    free_seeds = (seed for seed in itertools.count() if seed not in unavailable and seed not in written)

    def fresh_seed(seed: int) -> int:
        if seed in chosen:
            return chosen[seed]
        return next(free_seeds) if seed in unavailable else seed

    return list(map(fresh_seed, written))
