"""The code that a run executes, as one hash: when it changes, the run is stale, yet the same run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from compiler.base.identity import digest
from compiler.base.nested import leaves
from compiler.python_source.modules import Module, Modules

TRAINING_CORE = "lightning_modules.training.fit"
WORD_LISTS_SUFFIX = ".words.yaml"  # read by the module of the same name, so part of its code


class Fingerprints:
    """Fingerprints of configs by the targets they name; each distinct set of targets is read once."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._known: dict[frozenset[str], str] = {}
        self.files: set[Path] = set()  # every source file that some fingerprint depends on

    def of(self, config: Any) -> str:
        """12 hex digits over the target classes' modules, the training core, and the project modules they import.

        Raises:
            SyntaxError: one of these modules is not Python.
        """
        return self.of_modules(
            frozenset(name for target in targets(config) for name in _above(target)) | {TRAINING_CORE}
        )

    def of_modules(self, names: frozenset[str]) -> str:
        """12 hex digits over modules and the project modules they import."""
        if names not in self._known:
            closure = self._modules.closure(sorted(names))
            files = dict(file for name, module in closure.items() for file in _files(name, module))
            self.files.update(files.values())
            self._known[names] = digest({name: _content(file) for name, file in files.items()})
        return self._known[names]


def targets(config: Any) -> Iterator[str]:
    """Every `_target_` at any depth."""
    for path, value in leaves(config):
        if path[-1:] == ("_target_",) and isinstance(value, str):
            yield value


def _above(target: str) -> Iterator[str]:
    """All that may be the module of a target: `a.b` and `a` of `a.b.Class`, and more of `a.b.Class.method`."""
    while "." in target:
        target = target.rpartition(".")[0]
        yield target


def _files(name: str, module: Module) -> Iterator[tuple[str, Path]]:
    """Yield the source of a module, and its word lists if it has a file of them beside it."""
    yield name, module.file
    word_lists = module.file.with_suffix(WORD_LISTS_SUFFIX)
    if word_lists.is_file():
        yield f"{name}{WORD_LISTS_SUFFIX}", word_lists


def _content(file: Path) -> str:
    """A hash that line endings do not change: a checkout on another system is the same code."""
    return hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
