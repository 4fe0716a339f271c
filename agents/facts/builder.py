"""What the facts of one subject share, so that each says only what is its own."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from agents.facts.fact import Fact, Source, Value


@dataclass(frozen=True)
class About:
    """`prefix` begins every id; `function` is the default producer."""

    prefix: str
    subject: str
    source: Source
    function: str
    is_post_hoc: bool = False

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
        function: str = "",
    ) -> Fact:
        """The fact `prefix.name`. What is not finite has no value, and the label says so: JSON has no NaN."""
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
            function=function or self.function,
            inputs=tuple(inputs),
            is_post_hoc=self.is_post_hoc,
        )
