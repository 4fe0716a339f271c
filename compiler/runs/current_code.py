"""Compute the fingerprint of the code that a training executes now, which may have changed since the compile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.base.identity import identifying_config
from compiler.base.paths import ENGINE, Lab
from compiler.python_source.definitions import Definitions
from compiler.python_source.modules import Modules
from compiler.python_source.training_kind import training_kind
from compiler.runs.fingerprint import Fingerprints
from compiler.runs.provenance_parts import ENGINE_PREFIX, OUTSIDE_PREFIX

_PACKAGES = frozenset({"compiler", "lightning_modules"})  # the packages of Proband that a training can execute


@dataclass(frozen=True)
class CurrentCode:
    """The fingerprint of a config, and the hash of each source file in it.

    A file of the lab has its path in the lab, a file of Proband the prefix `engine:` and its path in Proband. A file
    to which a link in the lab leads has the prefix `outside:` and its name.
    """

    fingerprint: str
    source: Mapping[str, str]


def current_fingerprint(lab: Lab, config: Mapping[str, Any]) -> str:
    """Return the fingerprint of a resolved config, as the compiler would compute it now. Raises SyntaxError."""
    return current_code(lab, config).fingerprint


def current_code(lab: Lab, config: Mapping[str, Any]) -> CurrentCode:
    """Return the code of a resolved config as it is now.

    Raises:
        SyntaxError: A module is not valid Python.
    """
    modules = Modules([lab.root, ENGINE])
    kind = training_kind(config, Definitions(modules))
    fingerprints = Fingerprints(modules, lab.root)
    fingerprint = fingerprints.of_config(identifying_config(config), kind)
    source = {source_path(file, lab.root): digest for file, digest in fingerprints.hashes.items()}
    return CurrentCode(fingerprint, dict(sorted(source.items())))


def source_path(file: Path, lab_root: Path, engine: Path = ENGINE) -> str:
    """Return the path of a source file as the provenance has it. The packages of Proband are not part of any lab."""
    root = lab_root.resolve()
    if file.is_relative_to(engine):
        path = file.relative_to(engine)
        if path.parts[0] in _PACKAGES or not file.is_relative_to(root):
            return f"{ENGINE_PREFIX}{path.as_posix()}"
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else f"{OUTSIDE_PREFIX}{file.name}"
