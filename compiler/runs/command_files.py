"""Find the files of a lab that a command line names, and the modules that its Python scripts import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from compiler.python_source.modules import Module, Modules

MAX_BYTES = 2**20  # larger files are data; name them in the config and track them with DVC
_OUTPUTS = ("metrics_file", "history_file")


def command_files(config: Mapping[str, Any], lab_root: Path) -> dict[str, Path]:
    """Return the files that determine what a command executes, by their name in the fingerprint.

    They are the files that a word names, also as `--config=file`, and for a Python script or `-m module` every module
    of the lab that it imports.

    Raises:
        SyntaxError: A Python file is not valid.
    """
    root = lab_root.resolve()
    words = [str(word) for word in config["cmd"]] if isinstance(config["cmd"], list) else []  # reported elsewhere
    outputs = {str(config.get(key)) for key in _OUTPUTS}
    files: dict[str, Path] = {}
    for file in _named_files(words, root, outputs):
        files[file.relative_to(root).as_posix()] = file
        if file.suffix == ".py":
            script = Module("__main__", file, is_project=True)
            files |= _modules(Modules([file.parent, root]), script.imports)
    if "-m" in words[:-1]:
        name = words[words.index("-m") + 1]
        files |= _modules(Modules([root]), [name, f"{name}.__main__"])
    return files


def _named_files(words: Sequence[str], root: Path, outputs: set[str]) -> Iterator[Path]:
    for word in words:
        for text in {word, word.partition("=")[2]} - outputs - {""}:
            try:
                file = (root / text).resolve()
                if file.is_relative_to(root) and file.is_file() and file.stat().st_size <= MAX_BYTES:
                    yield file
            except (OSError, ValueError):  # a word that is too long or contains a null character is no path
                continue


def _modules(modules: Modules, names: Sequence[str]) -> dict[str, Path]:
    return {name: module.file for name, module in modules.closure(names).items()}
