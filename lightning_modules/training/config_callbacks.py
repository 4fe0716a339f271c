"""Build the callbacks of a config: those of its group `callbacks`, and those of `trainer.callbacks`.

Both may be a list, or a mapping of names to callbacks. An empty entry (null) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hydra.utils import instantiate
from lightning import Callback, Trainer
from lightning.pytorch.callbacks import Checkpoint, ModelCheckpoint, ProgressBar

CHECKPOINTS = "checkpoints"  # the folder of kept checkpoints, below the outputs of a run


def config_callbacks(config: Mapping[str, Any], folder: Path) -> list[Callback]:
    """Return the callbacks of a config. Checkpoints that they keep are written below `folder`.

    A progress bar is built only if `trainer.enable_progress_bar` is true, because a build shows the progress itself.
    """
    trainer = config["trainer"]
    entries = [*_entries(config.get("callbacks")), *_entries(trainer.get("callbacks"))]
    callbacks = [(name, instantiate(dict(node), _convert_="all")) for name, node in entries]
    if trainer.get("enable_checkpointing") and not any(isinstance(callback, Checkpoint) for _, callback in callbacks):
        callbacks.append((CHECKPOINTS, ModelCheckpoint()))
    _keep_below([(name, callback) for name, callback in callbacks if isinstance(callback, ModelCheckpoint)], folder)
    shows_progress = bool(trainer.get("enable_progress_bar"))
    return [callback for _, callback in callbacks if shows_progress or not isinstance(callback, ProgressBar)]


def best_checkpoint(trainer: Trainer) -> Path | None:
    """Return the best checkpoint that the trainer kept. None if no callback selects checkpoints by a metric."""
    for callback in trainer.checkpoint_callbacks:
        if isinstance(callback, ModelCheckpoint) and callback.monitor and callback.best_model_path:
            return Path(callback.best_model_path)
    return None


def _entries(node: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each callback of a list or mapping with its name. A single callback may also be given alone."""
    if isinstance(node, Mapping):
        named = [("callback", node)] if "_target_" in node else list(node.items())
    else:
        named = [(str(index), item) for index, item in enumerate(node or [])]
    yield from ((str(name), item) for name, item in named if item)


def _keep_below(checkpoints: list[tuple[str, ModelCheckpoint]], folder: Path) -> None:
    """Let each callback write below the outputs of the run, because files elsewhere belong to no run."""
    for number, (name, callback) in enumerate(checkpoints):
        is_inside = callback.dirpath is not None and Path(callback.dirpath).is_relative_to(folder.resolve())
        if not is_inside:
            callback.dirpath = str((folder / CHECKPOINTS / (name if number else "")).resolve())
