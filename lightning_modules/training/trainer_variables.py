"""Ignore environment variables from which Lightning takes arguments of its trainer, such as PL_TRAINER_MAX_EPOCHS.

They would change a training without changing its config, and so its run id.
"""

from __future__ import annotations

import os
import sys

_PREFIX = "PL_TRAINER_"


def ignore_trainer_variables() -> None:
    """Remove the variables from the environment of this process, and print their names."""
    for name in [name for name in os.environ if name.startswith(_PREFIX)]:
        del os.environ[name]
        print(f"the environment variable {name} is ignored: set the key of the trainer in the spec", file=sys.stderr)
