"""What the time of a run went to, a bar for each arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.figures.style import LOOKS, drawing, legend_below


@dataclass(frozen=True)
class Times:
    """Seconds of wall time. Loading is part of the fit, and the fit of the whole."""

    name: str
    loading: float
    fit: float
    test: float
    whole: float

    @property
    def parts(self) -> dict[str, float]:
        return {
            "waiting for data": self.loading,
            "computing in the fit": max(self.fit - self.loading, 0.0),
            "test": self.test,
            "set-up and saving": max(self.whole - self.fit - self.test, 0.0),
        }


def draw_times(folder: Path, name: str, every: Sequence[Times]) -> None:
    with drawing(folder, name, height=1.15 + 0.27 * len(every)) as (figure, (axes,)):
        left = [0.0] * len(every)
        for part, look in zip(every[0].parts, (LOOKS[3], LOOKS[0], LOOKS[1], LOOKS[5]), strict=True):
            widths = [each.parts[part] for each in every]
            style = {"color": look.color, "hatch": look.hatch, "edgecolor": "white"}
            axes.barh([each.name for each in every], widths, 0.62, left=left, label=part, linewidth=0.5, **style)
            left = [before + width for before, width in zip(left, widths, strict=True)]
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("seconds of wall time, mean over the runs of an arm")
        legend_below(figure, axes)
