"""Set the seed of a config that has none. Every run has a seed, because a run without one could not be repeated."""

from __future__ import annotations

from typing import Any

from compiler.base.seed import SEED

DEFAULT_SEED = 0


def with_default_seed(config: dict[str, Any]) -> dict[str, Any]:
    """Return the config with seed 0 if it has no seed or `seed: null`, as in lightning-hydra-template."""
    return {**config, SEED: DEFAULT_SEED} if config.get(SEED) is None else config
