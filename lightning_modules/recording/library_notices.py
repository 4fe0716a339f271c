"""Suppress library messages in the log of a training that users cannot act on, such as advertisements."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_LIGHTNING = "lightning.pytorch.utilities.rank_zero"  # the logger of Lightning's own messages
_WEAVE = "WANDB_DISABLE_WEAVE"


def suppress_lightning_notices() -> None:
    """Suppress advice of Lightning that does not concern the training, and print each of its messages once.

    Suppressed are the tip to install litlogger, the advice to use `srun`, the line about TPUs, and a deprecation of
    torch that concerns only Lightning's code.
    """
    warnings.filterwarnings("ignore", r"`isinstance\(treespec, LeafSpec\)` is deprecated", FutureWarning)
    warnings.filterwarnings("ignore", r"The `srun` command is available on your system but is not used")
    logging.getLogger(_LIGHTNING).addFilter(_is_about_training)  # adding it again has no effect
    if logging.getLogger().hasHandlers():  # of Hydra's command line; they print the messages as well
        logging.getLogger("lightning").handlers.clear()


@contextmanager
def without_weave_suggestion() -> Iterator[None]:
    """Keep `wandb.init` from suggesting W&B Weave. W&B mistakes our package `agents` for a library of the same name.

    The variable is set only inside the block, so that a model that uses Weave still can.
    """
    previous = os.environ.get(_WEAVE)
    os.environ[_WEAVE] = "true"
    try:
        yield
    finally:
        del os.environ[_WEAVE]
        if previous is not None:
            os.environ[_WEAVE] = previous


def _is_about_training(record: logging.LogRecord) -> bool:
    message = record.getMessage()
    return "litlogger" not in message and not message.startswith("TPU available: False")
