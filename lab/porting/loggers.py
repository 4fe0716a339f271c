"""Decide whether the logger that a project selects by default can be built in a lab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import yaml

from lab.porting.project import Project

# Packages that a logger of Lightning needs, any of them.
_NEEDED = {
    "TensorBoardLogger": ("tensorboard", "tensorboardX"),
    "MLFlowLogger": ("mlflow",),
    "CometLogger": ("comet_ml",),
    "NeptuneLogger": ("neptune",),
    "AimLogger": ("aim",),
}


def logger_replacement(project: Project, choice: Any, is_installed: Callable[[str], bool]) -> str:
    """Return why the logger that the main config selects becomes null; an empty text if it is kept."""
    for target in _targets(project, str(choice).removesuffix(".yaml")) if choice else ():
        name = target.rpartition(".")[2]
        if name == "WandbLogger":
            return "null, because Proband logs to W&B itself: write tracking: online (or offline)"
        packages = _NEEDED.get(name, ())
        if packages and not any(map(is_installed, packages)):
            return f"null, because {packages[0]} is not installed (install it, then write logger: {choice})"
    return ""


def _targets(project: Project, choice: str) -> Iterator[str]:
    """Yield the classes in a config of the group `logger`, also those of the configs that it includes."""
    name = f"logger/{choice}.yaml"
    if name not in project.configs:
        return
    content = yaml.safe_load(project.text(f"{project.config_folder}/{name}"))
    for key, value in content.items() if isinstance(content, dict) else ():
        if key == "defaults":
            for item in value:
                yield from _targets(project, str(item)) if isinstance(item, str) and item != choice else ()
        elif isinstance(value, dict) and isinstance(value.get("_target_"), str):
            yield value["_target_"]
