"""Hash what a compiled spec depends on: the files that it merges, and what all specs share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from compiler.base.config_files import config_files
from compiler.base.file_hash import hash_or_missing
from compiler.base.identity import digest
from compiler.base.paths import ENGINE
from compiler.runs.dvc_repository.dvc_files import dvc_files
from compiler.runs.fingerprint import WORD_LISTS_SUFFIX
from compiler.runs.toolchain import Toolchain

_OPTIONAL = b"optional "  # an item of a defaults list whose config may be missing
_EXPERIMENTS = "experiment"


class Dependencies:
    """The hashes of one compilation. Each file is read once.

    Args:
        tools: the composer and modules of the compilation.
        environment: the values of the environment variables in the configs.
        sources: the files of Python code that the specs depend on.
        hashes: of files that were read before. The hashes of this compilation are added.
    """

    def __init__(
        self,
        tools: Toolchain,
        environment: object,
        sources: Iterable[Path],
        hashes: dict[Path, str] | None = None,
    ) -> None:
        self._tools, self._environment = tools, environment
        self.sources = frozenset(sources)
        self.hashes: dict[Path, str] = {} if hashes is None else hashes

    @cached_property
    def shared(self) -> str:
        """A hash over what any spec may depend on, except the content of the configs of groups."""
        roots = self._tools.composer.roots
        common = [file for root in roots for file in config_files(root) if file.parent == root]
        code = [*sorted((ENGINE / "compiler").rglob("*.py")), *sorted(self.sources)]
        locks = [file for root in dict.fromkeys((ENGINE, self._tools.lab.root.resolve())) for file in dvc_files(root)]
        folders = sorted({str(path) for root in roots for path in root.rglob("*") if path.is_dir()})
        configs = [
            str(file) for root in roots for file in config_files(root) if root / _EXPERIMENTS not in file.parents
        ]
        hashes = [[str(file), self.hash(file)] for file in (*common, *code, *locks)]
        modules = [[str(folder), _module_names(folder)] for folder in sorted({file.parent for file in self.sources})]
        return digest([list(self._tools.overrides), self._environment, folders, configs, hashes, modules])

    def of_configs(self, config_paths: Iterable[str]) -> dict[str, list[str]]:
        """Return the file and the hash of each config, and the names of all specs if a config may be missing."""
        files = {path: self._tools.composer.files.file(path) for path in sorted(config_paths)}
        hashes = {path: [str(file), self.hash(file)] if file else [] for path, file in files.items()}
        if any(file is not None and _OPTIONAL in file.read_bytes() for file in files.values()):
            hashes[_EXPERIMENTS] = [self._names_of_specs]
        return hashes

    def hash(self, file: Path) -> str:
        if file not in self.hashes:
            self.hashes[file] = hash_or_missing(file)
        return self.hashes[file]

    @cached_property
    def _names_of_specs(self) -> str:
        roots = self._tools.composer.roots
        return digest([str(file) for root in roots for file in config_files(root / _EXPERIMENTS)])


def _module_names(folder: Path) -> list[str]:
    """Return the names in a folder that can be modules or their word lists. A new one may take the place of another."""
    paths = folder.iterdir() if folder.is_dir() else ()
    return sorted(
        path.name
        for path in paths
        if path.name.endswith((".py", WORD_LISTS_SUFFIX)) or (path / "__init__.py").is_file()
    )
