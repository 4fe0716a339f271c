"""Draw performance profiles: for each threshold, the share of runs over all tasks that reach it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agents.figures.style import LOOKS, drawing, legend_below
from agents.statistics import Profile


def draw_profiles(folder: Path, name: str, metric: str, profiles: Mapping[str, Profile], *, is_above: bool) -> None:
    """Draw one curve for each arm, at most as many as there are looks, with its pointwise band if it has one.

    `is_above`: the shares are those of runs above the threshold, otherwise of runs below it.
    """
    with drawing(folder, name, height=2.9) as (figure, (axes,)):
        for (arm, profile), look in zip(profiles.items(), LOOKS, strict=False):
            axes.step(
                profile.thresholds,
                profile.shares,
                where="post",
                label=arm,
                color=look.color,
                linestyle=look.linestyle,
                linewidth=1.4,
            )
            if profile.low is not None and profile.high is not None:
                axes.fill_between(
                    profile.thresholds,
                    profile.low,
                    profile.high,
                    step="post",
                    color=look.color,
                    alpha=0.18,
                    linewidth=0,
                )
        axes.set_ylim(-0.02, 1.02)
        axes.set_xlabel(f"threshold of {metric}")
        axes.set_ylabel(f"share of runs {'above' if is_above else 'below'} the threshold")
        legend_below(figure, axes)
