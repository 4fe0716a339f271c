"""Keep advertisements and notices of libraries that a user cannot act on out of the log of a training."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_LIGHTNING = "lightning.pytorch.utilities.rank_zero"  # the logger of Lightning's own messages
_WEAVE = "WANDB_DISABLE_WEAVE"


def suppress_lightning_notices() -> None:
    """Suppress the tip to install litlogger, and a deprecation of torch that concerns only Lightning's code."""
    warnings.filterwarnings("ignore", r"`isinstance\(treespec, LeafSpec\)` is deprecated", FutureWarning)
    logging.getLogger(_LIGHTNING).addFilter(_is_no_tip)  # adding it again has no effect


@contextmanager
def without_weave_suggestion() -> Iterator[None]:
    """Keep `wandb.init` from suggesting W&B Weave, which it does because our package `agents` has a library's name.

    The variable is set only inside the block, so that a model that uses Weave still can.
    """
    before = os.environ.get(_WEAVE)
    os.environ[_WEAVE] = "true"
    try:
        yield
    finally:
        del os.environ[_WEAVE]
        if before is not None:
            os.environ[_WEAVE] = before


def _is_no_tip(record: logging.LogRecord) -> bool:
    return "litlogger" not in record.getMessage()
