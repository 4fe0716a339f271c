"""Read the policy of a lab: its level, and the budget and bounds of proposals that run without a person."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal, get_args

from compiler.base.identity import canonical
from compiler.base.paths import Lab

Level = Literal["assisted", "semi_autonomous", "autonomous"]


@dataclass(frozen=True)
class Budget:
    """What admitted proposals may spend together. `money` is in `currency`."""

    runs: int = 0
    hours: float = 0.0
    model_calls: int = 0
    money: float = 0.0
    currency: str | None = None
    generations: int = 0


@dataclass(frozen=True)
class Bound:
    """The values that a key may have: numbers from `low` to `high`, or single values."""

    low: float | None = None
    high: float | None = None
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Policy:
    """The collaboration settings of a lab. `plateau` is the number of generations without new information."""

    LEVELS: ClassVar[tuple[Level, ...]] = get_args(Level)
    level: Level = "assisted"
    require_signatures: bool = False
    plateau: int = 2
    budget: Budget = Budget()
    bounds: Mapping[str, Bound] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """The hash to which an admission by this policy is bound."""
        return hashlib.sha256(canonical(asdict(self))).hexdigest()


def read_policy(lab: Lab) -> Policy:
    """Return the policy in the base config of a lab. No experiment, override or environment variable changes it.

    Raises:
        CompileError: The base config cannot be composed, or its settings are not valid.
    """
    # Imported here, because Hydra and pydantic are slow to import and not every build needs the policy.
    from compiler.collaboration.lab_settings import lab_collaboration
    from compiler.composing.compose import Composer

    settings = lab_collaboration(Composer(lab))
    bounds = {key: _bound(bound.range, bound.values) for key, bound in settings.bounds.items()}
    budget = Budget(**settings.budget.model_dump())
    return Policy(settings.level, settings.require_signatures, settings.plateau, budget, bounds)


def _bound(ends: tuple[float, float] | None, values: tuple[Any, ...] | None) -> Bound:
    return Bound(low=ends[0], high=ends[1]) if ends else Bound(values=values or ())
