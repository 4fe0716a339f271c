"""Read and check the key `trainer.fuse`, which allows one job to train several runs together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.identity import FUSE
from compiler.parsing.json_values import MISSING

_OFF = ("off", False, None)  # YAML reads `off` without quotes as false


def is_fused(config: Mapping[str, Any]) -> bool:
    """Return whether a config allows its run to be trained together with others."""
    trainer = config.get("trainer")
    return isinstance(trainer, Mapping) and trainer.get(FUSE) == "auto"


def with_fusion(config: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a config that allows fused training if the config of an equal run does."""
    if is_fused(config) or not is_fused(other):
        return config
    return {**config, "trainer": {**config["trainer"], FUSE: "auto"}}


def fuse_key_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem if the value of the key is neither `auto` nor `off`."""
    trainer = config.get("trainer")
    value: Any = trainer.get(FUSE, MISSING) if isinstance(trainer, Mapping) else MISSING
    if value not in (MISSING, "auto") and not any(value is off or value == off == "off" for off in _OFF):
        yield Problem(("trainer", FUSE), f"must be auto or off, got {value!r}")
