"""Find the runs that a registered test compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compiler.base.level_label import label

Point = tuple[Mapping[str, Any], str]  # the overrides of a point, and its run


def tested_runs(test: Mapping[str, Any] | None, points: Iterable[Point]) -> list[str]:
    """Return the runs whose level is a control or a treatment of the test, each once.

    Without a test, or if any level may be the treatment, all runs of the points are returned that set the factor.

    Args:
        test: the planned test in its JSON form.
    """
    if test is None:
        return list(dict.fromkeys(run for _, run in points))
    factor, treatments = test["factor"], [claim["treatment"] for claim in test["claims"] or [test]]
    levels = None if None in treatments else {label(level) for level in (test["control"], *treatments)}
    return list(
        dict.fromkeys(
            run
            for overrides, run in points
            if factor in overrides and (levels is None or label(overrides[factor]) in levels)
        )
    )
