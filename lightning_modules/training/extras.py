"""Apply the config group `extras`, which changes what a training prints and nothing else."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import yaml


def apply_extras(config: Mapping[str, Any]) -> None:
    """Hide the warnings of libraries, and print the config to the log of the run, if `extras` asks for it."""
    extras = config.get("extras") or {}
    if extras.get("ignore_warnings"):
        warnings.filterwarnings("ignore")
    if extras.get("print_config"):
        print(yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True))
