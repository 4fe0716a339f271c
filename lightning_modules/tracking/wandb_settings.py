"""Define the settings of a W&B run: what is sent, and for how long a server may keep a training waiting."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lightning_modules.recording.library_notices import without_weave_suggestion

START_SECONDS = 30  # to start a run on a server; after that, the run is logged offline
ARTIFACT_SECONDS = 60  # to upload the model, and one second more for each megabyte
FINISH_SECONDS = 60  # to send what is not sent yet
CONFIRM_SECONDS = 20  # for the server to confirm that the run has ended

# Send metrics, the config and artifacts only: no code, requirements, console output, user name or host name.
PRIVACY: dict[str, Any] = {
    "silent": True,
    "console": "off",
    "symlink": False,
    "host": "",
    "disable_code": True,
    "disable_git": True,
    "save_code": False,
    "x_disable_meta": True,
    "x_disable_machine_info": True,
    "x_disable_stats": True,
    "x_save_requirements": False,
}
SERVICE = "WANDB_SERVICE"  # environment variable with the address of a process of W&B
# Variables of the user's shell that would change which run is written, or whether it is.
_IGNORED_VARIABLES = (
    *("WANDB_MODE", "WANDB_DISABLED", "WANDB_RESUME", "WANDB_RUN_ID", "WANDB_SWEEP_ID", "WANDB_RUN_GROUP"),
    *("WANDB_TAGS", "WANDB_NAME", "WANDB_NOTES", "WANDB_JOB_TYPE", "WANDB_PROJECT", "WANDB_DIR"),
    SERVICE,
)

_FIXED_VARIABLES = {
    "WANDB_ERROR_REPORTING": "false",  # no reports about its errors and speed, which W&B sends even from offline runs
    "WANDB_DISABLE_GIT": "true",  # otherwise W&B starts git to find the folder of the program
}
_SERVER_VARIABLES = ("WANDB_BASE_URL", "WANDB_API_KEY", "WANDB_IDENTITY_TOKEN_FILE")  # a wrong value is an error


@contextmanager
def own_variables(mode: str, service: str = "") -> Iterator[None]:
    """Hide the variables of W&B that belong to another run, and offline those of the server, inside the block.

    W&B reads inside the block that it sends no reports about itself. With `service`, it uses this process of W&B.
    """
    names = _IGNORED_VARIABLES if mode == "online" else (*_IGNORED_VARIABLES, *_SERVER_VARIABLES)
    hidden = {name: os.environ.pop(name) for name in (*names, *_FIXED_VARIABLES) if name in os.environ}
    fixed = _FIXED_VARIABLES | ({SERVICE: service} if service else {})
    os.environ.update(fixed)
    try:
        with without_weave_suggestion():
            yield
    finally:
        for name in fixed:
            os.environ.pop(name, None)
        os.environ.update(hidden)
