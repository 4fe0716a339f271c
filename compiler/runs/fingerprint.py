"""Compute fingerprints: hashes of the code that a run executes. If a fingerprint changes, the run is stale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from compiler.base.identity import digest
from compiler.base.nested import leaves
from compiler.python_source.modules import Module, Modules
from compiler.python_source.training_kind import Kind
from compiler.runs.command_files import command_files

# The compiler may not import these modules, which need torch. A test checks that they exist.
TRAINING_CORE: dict[Kind, str] = {
    "lightning": "lightning_modules.training.fit",
    "function": "lightning_modules.wrap.call_function",
    "command": "lightning_modules.wrap.run_command",
}
WORD_LISTS_SUFFIX = ".words.yaml"  # read by the module of the same name, so part of its code


class Fingerprints:
    """Computes fingerprints of configs. Each distinct set of modules is read once."""

    def __init__(self, modules: Modules, lab_root: Path = Path()) -> None:
        self._modules = modules
        self._lab_root = lab_root  # where commands are started
        self._by_names: dict[frozenset[str], str] = {}
        self.files: set[Path] = set()  # every source file that a fingerprint depends on, or would if it existed
        self.hashes: dict[Path, str] = {}  # of the files that exist

    def of_config(self, config: Any, kind: Kind = "lightning") -> str:
        """Return the fingerprint of the targets of a config and of the code that trains it: 12 hex digits.

        Raises:
            SyntaxError: A module is not valid Python.
        """
        modules = frozenset(name for target in targets(config) for name in _possible_modules(target))
        fingerprint = self.of_modules(modules | {TRAINING_CORE[kind]})
        return fingerprint if kind != "command" else self._of_command(config, fingerprint)

    def _of_command(self, config: Any, fingerprint: str) -> str:
        """Return the fingerprint of the files that a command executes, and of the code that starts it."""
        files = command_files(config, self._lab_root)
        self.files.update(files.values())
        return digest([fingerprint, {name: self._hash(file) for name, file in files.items()}])

    def of_modules(self, names: frozenset[str]) -> str:
        """Return 12 hex digits over the source of modules and of the project modules that they import."""
        if names not in self._by_names:
            closure = self._modules.closure(sorted(names))
            files = dict(file for name, module in closure.items() for file in _files(name, module))
            self.files.update(files.values(), self._modules.missing_files(closure.values()))
            self._by_names[names] = digest({name: self._hash(file) for name, file in files.items()})
        return self._by_names[names]

    def to_json(self) -> dict[str, str]:
        """Return the fingerprints of all sets of modules, by the names of the modules."""
        return {" ".join(sorted(names)): fingerprint for names, fingerprint in self._by_names.items()}

    def reuse(self, stored: Mapping[str, str]) -> None:
        """Use the result of `to_json` of an earlier compilation. No source that it depends on may have changed."""
        self._by_names |= {frozenset(names.split()): fingerprint for names, fingerprint in stored.items()}

    def _hash(self, file: Path) -> str:
        self.hashes[file] = hash_of_source(file)
        return self.hashes[file]


def targets(config: Any) -> Iterator[str]:
    """Yield every `_target_` in a config."""
    for path, value in leaves(config):
        if path[-1:] == ("_target_",) and isinstance(value, str):
            yield value


def _possible_modules(target: str) -> Iterator[str]:
    """Yield every name that may be the module of a target: `a.b` and `a` for `a.b.Class`."""
    while "." in target:
        target = target.rpartition(".")[0]
        yield target


def _files(name: str, module: Module) -> Iterator[tuple[str, Path]]:
    """Yield the source of a module, and the file of its word lists if there is one beside it."""
    yield name, module.file
    word_lists = module.file.with_suffix(WORD_LISTS_SUFFIX)
    if word_lists.is_file():
        yield f"{name}{WORD_LISTS_SUFFIX}", word_lists


def hash_of_source(file: Path) -> str:
    """Return a hash that does not depend on line endings, which differ between checkouts of the same code."""
    return hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
