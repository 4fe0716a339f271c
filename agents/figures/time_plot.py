"""Draw the parts of the wall time of runs as a stacked bar for each arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.figures.style import LOOKS, drawing, legend_below


@dataclass(frozen=True)
class ArmTimes:
    """Mean wall times of an arm in seconds. `loading` is a part of `fit`, and `fit` and `test` are parts of `total`."""

    name: str
    loading: float
    fit: float
    test: float
    total: float

    @property
    def parts(self) -> dict[str, float]:
        return {
            "waiting for data": self.loading,
            "computing in the fit": max(self.fit - self.loading, 0.0),
            "test": self.test,
            "set-up and saving": max(self.total - self.fit - self.test, 0.0),
        }


def draw_times(folder: Path, name: str, arms: Sequence[ArmTimes]) -> None:
    with drawing(folder, name, height=1.15 + 0.27 * len(arms)) as (figure, (axes,)):
        left = [0.0] * len(arms)
        for part, look in zip(arms[0].parts, (LOOKS[3], LOOKS[0], LOOKS[1], LOOKS[5]), strict=True):
            widths = [arm.parts[part] for arm in arms]
            style = {"color": look.color, "hatch": look.hatch, "edgecolor": "white"}
            axes.barh([arm.name for arm in arms], widths, 0.62, left=left, label=part, linewidth=0.5, **style)
            left = [start + width for start, width in zip(left, widths, strict=True)]
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("seconds of wall time, mean over the runs of an arm")
        legend_below(figure, axes)
