"""Find the parts of a project: its folder of configs, its main config, and the files that a lab needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from compiler.base.diagnostics import InputError

_CONFIG_FOLDERS = ("configs", "conf", "config", "src/configs", "src/conf", "src/config")
_MAIN_CONFIGS = ("train.yaml", "config.yaml", "main.yaml")
# Groups of the template, with the names that its earlier versions and its users give them.
GROUP_NAMES = {"data": ("data", "datamodule", "dataset"), "model": ("model", "module"), "trainer": ("trainer",)}
# Folders of tools, environments and outputs.
_LEFT_FOLDERS = frozenset(
    {
        *(".git", ".github", ".dvc", ".proband", ".snakemake", ".venv", "venv", "env", "node_modules", "results"),
        *("logs", "outputs", "multirun", "wandb", "mlruns", "lightning_logs", "__pycache__", ".ipynb_checkpoints"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".idea", ".vscode", "build", "dist"),
    }
)


class NotATemplate(InputError):
    """A folder is not a project in the layout of lightning-hydra-template."""


@dataclass(frozen=True)
class Project:
    """A project. Paths are relative to `root`; `files` are all files except configs and those in left folders."""

    root: Path
    config_folder: str
    main_config: str  # the name of the file in the folder of configs
    configs: tuple[str, ...]  # below the folder of configs
    files: tuple[str, ...]
    left_folders: tuple[str, ...]

    def text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")


def find_project(root: Path) -> Project:
    """Return the parts of a project.

    Raises:
        NotATemplate: It has no folder of configs with a main config that chooses data, a model and a trainer.
    """
    if not root.is_dir():
        raise NotATemplate(f"{root}: there is no such folder (give the folder of the project)")
    for folder in _CONFIG_FOLDERS:
        for main in _MAIN_CONFIGS:
            if _chooses_training(root / folder / main):
                return _project(root, folder, main)
    raise NotATemplate(
        f"{root}: has no configs/train.yaml with a defaults list that chooses data, model and trainer"
        " (start a lab with proband init, and move your configs to its conf/)"
    )


def group_of(role: str, groups: set[str]) -> str | None:
    """Return the name that a project gives to the group of the data, the model or the trainer."""
    return next((name for name in GROUP_NAMES[role] if name in groups), None)


def _chooses_training(file: Path) -> bool:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return False
    defaults = content.get("defaults") if isinstance(content, dict) else None
    items = [item for item in defaults if isinstance(item, dict)] if isinstance(defaults, list) else []
    groups = {str(key) for item in items for key in item}
    return all(group_of(role, groups) for role in GROUP_NAMES)


def _project(root: Path, folder: str, main: str) -> Project:
    left: list[str] = []
    files = [file.relative_to(root).as_posix() for file in _files(root, root / folder, left)]
    configs = [file.relative_to(root / folder).as_posix() for file in sorted((root / folder).rglob("*"))]
    own = [name for name in configs if (root / folder / name).is_file() and "__pycache__" not in name]
    left_folders = tuple(Path(path).relative_to(root).as_posix() for path in left)
    return Project(root, folder, main, tuple(own), tuple(sorted(files)), tuple(sorted(left_folders)))


def _files(root: Path, configs: Path, left: list[str]) -> Iterator[Path]:
    for path, folders, names in os.walk(root):
        kept = [name for name in sorted(folders) if not _is_left(Path(path) / name, root)]
        left += [str(Path(path) / name) for name in folders if name not in kept and name != "__pycache__"]
        folders[:] = [name for name in kept if Path(path) / name != configs]
        yield from (Path(path) / name for name in names)


def _is_left(folder: Path, root: Path) -> bool:
    return folder.name in _LEFT_FOLDERS or folder == root / "data" or folder.is_symlink()
