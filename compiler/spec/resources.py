"""Define the resources that a training uses on its machine or requests from a scheduler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Resources:
    cpus: int = 1
    mem_mb: int = 2000
    runtime: int = 60  # minutes
    gpus: float = 0  # whole devices, or a share of one below 1
    partition: str | None = None
    account: str | None = None
    pack: int = 1  # trainings that share one job of the scheduler
    checkpoint_minutes: float = 10

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Resources:
        """Return an instance, shared by equal values to save memory: most runs of a plan have equal resources."""
        return _shared(**data)

    @classmethod
    def of_config(cls, config: Mapping[str, Any]) -> Resources:
        """Return the resources of a resolved config, with defaults for the keys that it does not set."""
        return cls(**(config.get("resources") or {}))

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _NAMES}


_NAMES = tuple(field.name for field in fields(Resources))


@lru_cache(maxsize=256, typed=True)  # typed: 10 and 10.0 differ in JSON
def _shared(**values: Any) -> Resources:
    return Resources(**values)
