"""Build the facts of one subject: id prefix, subject, source and producing function are set once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from agents.facts.fact import Fact, Source, Value
from agents.facts.subject import Subject

Function = Callable[..., Any]


def function_name(function: Function) -> str:
    """Return `module:qualname` of the function that computed a fact."""
    return f"{function.__module__}:{function.__qualname__}"


@dataclass(frozen=True)
class FactBuilder:
    """The common fields of several facts. `function` computed the values unless a fact names another function."""

    prefix: str
    subject: str
    source: Source
    function: Function
    is_post_hoc: bool = False

    @classmethod
    def about(cls, subject: Subject, source: Source, function: Function) -> FactBuilder:
        """Return the builder of facts whose ids begin with their subject."""
        return cls(str(subject), str(subject), source, function)

    def fact(
        self,
        name: str,
        value: Value,
        unit: str,
        label: str,
        *,
        n: int = 1,
        inputs: Iterable[str] = (),
        source: Source | None = None,
        function: Function | None = None,
    ) -> Fact:
        """Return the fact `prefix.name`. JSON has no NaN, so a number that is not finite becomes None."""
        if isinstance(value, float) and not math.isfinite(value):
            value, label = None, f"{label} (it was not finite)"
        return Fact(
            id=f"{self.prefix}.{name}",
            value=value,
            unit=unit,
            n=n,
            subject=self.subject,
            label=label,
            source=source or self.source,
            function=function_name(function or self.function),
            inputs=tuple(inputs),
            is_post_hoc=self.is_post_hoc,
        )
