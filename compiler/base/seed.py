"""Name the config key of the seed of a training. Runs that differ only in this key are repetitions of one arm."""

from __future__ import annotations

SEED = "seed"
