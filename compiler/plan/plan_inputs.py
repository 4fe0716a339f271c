"""Hash everything that a plan depends on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, MutableMapping, Sequence
from pathlib import Path

from compiler.base.config_files import config_files
from compiler.base.file_hash import hash_or_missing
from compiler.base.identity import digest
from compiler.base.paths import ENGINE, Lab
from compiler.runs.dvc_repository.dvc_files import dvc_files
from compiler.steps.reference_data import reference_files

_VARIABLE = re.compile(rb"oc\.env:\s*([A-Za-z_][A-Za-z0-9_]*)")


def shared_files(lab: Lab) -> list[Path]:
    """Return the files that every plan depends on: configs, references, data locks and the code of the compiler."""
    files = _configs(lab)
    files += reference_files(lab, "library")
    files += [file for root in dict.fromkeys((lab.root.resolve(), ENGINE)) for file in dvc_files(root)]
    return files + sorted((ENGINE / "compiler").rglob("*.py"))


def hash_inputs(
    lab: Lab, sources: Iterable[str], hashes: MutableMapping[Path, str], files: Sequence[Path] | None = None
) -> str:
    """Return a hash over the configs and the environment variables in them, the data locks, and the code.

    Args:
        sources: other files that the plan depends on, such as the source of models and rounds of searches.
        hashes: of files that were read before. The hashes of the other files are added.
        files: the shared files, if they were listed before. One that was added since is then not part of the hash.
    """
    inputs = [*(shared_files(lab) if files is None else files), *map(Path, sources)]
    for file in inputs:
        if file not in hashes:
            hashes[file] = hash_or_missing(file)
    return digest([[str(file), hashes[file]] for file in inputs] + environment_values(lab))


def environment_values(lab: Lab) -> list[list[str]]:
    """Return the names and values of the environment variables that the configs name."""
    variables = {name.decode() for file in _configs(lab) for name in _VARIABLE.findall(file.read_bytes())}
    return [[name, repr(os.environ.get(name))] for name in sorted(variables)]


def _configs(lab: Lab) -> list[Path]:
    return [file for root in lab.conf_roots(ENGINE) for file in config_files(root)]
