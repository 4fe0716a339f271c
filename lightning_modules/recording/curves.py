"""Plot the learning curves of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lightning_modules.recording.history import History, LoggedValue

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEP_COLOR, _TRAINING_COLOR, _VALIDATION_COLOR = "#b4c6da", "#1f5a93", "#c8501e"  # distinguishable in greyscale
_EPOCH_STYLE: dict[str, Any] = {"marker": "o", "markersize": 4, "linewidth": 1.8}


def draw_curves(history: History, title: str, target: Path | BinaryIO) -> None:
    """Plot the loss, and the accuracy if it was logged, over optimizer steps. Non-finite values leave a gap.

    Positions of ticks, titles and margins are fixed, because matplotlib takes long to compute them.
    """
    from matplotlib.figure import Figure  # pyplot would double the import time and keep global state

    panels = [_draw_loss, _draw_accuracy] if "eval_accuracy" in history else [_draw_loss]
    figure = Figure(figsize=(5.2 * len(panels), 3.8))
    figure.suptitle(title, fontsize=11)
    row = figure.subplots(1, len(panels), sharex=True, squeeze=False)[0]
    for axes, draw in zip(row, panels, strict=True):
        draw(axes, history)
        _format_axes(axes)
    figure.subplots_adjust(left=0.16 / len(panels), right=0.98, bottom=0.14, top=0.84, wspace=0.22)
    figure.savefig(target, format="png", dpi=120, metadata={"Software": None}, pil_kwargs={"compress_level": 3})


def _draw_loss(axes: Axes, history: History) -> None:
    _plot(axes, history.get("train_loss", ()), "training, each step", color=_STEP_COLOR, linewidth=1.0)
    epoch_means = history.get("train_loss_epoch", ())
    _plot(axes, epoch_means, "training, mean of the epoch", color=_TRAINING_COLOR, **_EPOCH_STYLE)
    _plot(axes, history.get("eval_loss", ()), "validation", color=_VALIDATION_COLOR, **_EPOCH_STYLE)
    axes.set_ylabel("loss")
    axes.set_title("Loss", fontsize=10, y=1.0)


def _draw_accuracy(axes: Axes, history: History) -> None:
    _plot(axes, history["eval_accuracy"], "validation", color=_VALIDATION_COLOR, **_EPOCH_STYLE)
    for test in history.get("accuracy", ())[-1:]:
        label = f"test, at the end: {test.value:.3f}"
        axes.axhline(test.value, label=label, color="#444444", linestyle="--", linewidth=1.2)
    axes.set_ylabel("accuracy (share of correct answers)")
    axes.set_title("Accuracy", fontsize=10, y=1.0)


def _plot(axes: Axes, logged: Sequence[LoggedValue], label: str, **style: Any) -> None:
    if logged:
        axes.plot([point.step + 1 for point in logged], [point.value for point in logged], label=label, **style)


def _format_axes(axes: Axes) -> None:
    axes.set_xlabel("optimizer steps")
    axes.locator_params(nbins=4)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=8, frameon=False, loc="center right")
