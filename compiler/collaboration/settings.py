"""Settings of the config group `collaboration`: who admits experiments, and what proposals may spend and set."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from compiler.base.diagnostics import Problem, SpecError
from compiler.base.nested import leaves
from compiler.collaboration.forbidden_keys import forbidden_key
from compiler.parsing.validation import validation_problems

GROUP = "collaboration"
Level = Literal["assisted", "semi_autonomous", "autonomous"]
Single = bool | int | float | str
_KEY = re.compile(r"[A-Za-z_][\w-]*(\.[\w-]+)*")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class BudgetSettings(_Strict):
    """What admitted proposals may spend together. A limit that is not set is 0. `money` is in `currency`."""

    runs: int = Field(default=0, ge=0)
    hours: float = Field(default=0.0, ge=0)
    model_calls: int = Field(default=0, ge=0)
    money: float = Field(default=0.0, ge=0)
    currency: str | None = Field(default=None, min_length=1)
    generations: int = Field(default=0, ge=0)


class BoundSettings(_Strict):
    """The values that a key may have: a range of numbers, its ends included, or a list of single values."""

    range: tuple[float | int, float | int] | None = None
    values: tuple[Single, ...] | None = None


def _bound(value: Any) -> Any:
    """Return `[low, high]` and `{values: […]}` as the fields of a bound."""
    if isinstance(value, BoundSettings):
        return value
    if isinstance(value, list | tuple) and len(value) == 2 and all(map(_is_number, value)):
        if value[0] > value[1]:
            raise PydanticCustomError("bound", "is a range whose low end is above its high end")
        return BoundSettings(range=(value[0], value[1]))
    values = value.get("values") if isinstance(value, Mapping) and set(value) == {"values"} else None
    if isinstance(values, list | tuple) and values and all(map(_is_single, values)):
        return BoundSettings(values=tuple(values))
    example = {"values": "{values: [a, b, …]}"}  # a brace in the template itself would be a placeholder
    raise PydanticCustomError("bound", "must be a range of numbers, [low, high], or {values}", example)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_single(value: Any) -> bool:
    return isinstance(value, bool | str) or _is_number(value)


class CollaborationSettings(_Strict):
    """The level of a lab. `plateau` is the number of generations without new information after which it stops."""

    level: Level = "assisted"
    require_signatures: bool = False
    plateau: int = Field(default=2, ge=1)
    budget: BudgetSettings = BudgetSettings()
    bounds: dict[str, Annotated[BoundSettings, BeforeValidator(_bound)]] = Field(default_factory=dict)


def parse_collaboration(node: Any) -> CollaborationSettings:
    """Validate the group. A lab without it is assisted.

    Raises:
        SpecError: The group is not valid. The error holds all problems, with their paths in the config.
    """
    if node is None:
        return CollaborationSettings()
    if not isinstance(node, Mapping):
        raise SpecError([Problem((GROUP,), f"must be a mapping, got {node!r}")])
    problems = [*_interpolation_problems(node), *_key_problems(node.get("bounds"))]
    wrong = {problem.path for problem in problems}
    try:
        settings = CollaborationSettings.model_validate(node)
    except ValidationError as error:
        invalid = validation_problems(error, CollaborationSettings, (GROUP,))
        problems += [problem for problem in invalid if problem.path not in wrong]
    else:
        problems += _cross_field_problems(settings)
    if problems:
        raise SpecError(problems)
    return settings


def _interpolation_problems(node: Mapping[str, Any]) -> Iterator[Problem]:
    for path, value in leaves(node, (GROUP,)):
        if isinstance(value, str) and "${" in value:
            yield Problem(path, "must be a value, not an interpolation, so that a person can read the limit here")


def _key_problems(bounds: Any) -> Iterator[Problem]:
    for key in bounds if isinstance(bounds, Mapping) else ():
        path = (GROUP, "bounds", key)
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            yield Problem(path, "must be the dotted name of a config key", "write one bound for each key")
        elif reason := forbidden_key(key):
            yield Problem(path, f"{reason}, so no proposal may set it", "delete this bound")


def _cross_field_problems(settings: CollaborationSettings) -> Iterator[Problem]:
    if settings.budget.money and settings.budget.currency is None:
        yield Problem((GROUP, "budget", "currency"), "a budget in money needs its currency", "for example EUR")
