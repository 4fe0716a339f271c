"""Store the compiled specs of a lab, and return those whose inputs have not changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import SpecError
from compiler.experiment.compile_experiment import compile_experiment
from compiler.runs.toolchain import Toolchain
from compiler.stored_specs.dependencies import Dependencies
from compiler.stored_specs.entry import Compiled, from_json, to_json

_VERSION = 2


class StoredSpecs:
    """The compiled specs of the last compilation, and those of this one. Nothing is written here.

    Args:
        stored: the result of `to_json` after the last compilation.
        tools: of this compilation.
        environment: the values of the environment variables in the configs.
        hashes: of files that were read before.
    """

    def __init__(
        self,
        stored: Mapping[str, Any] | None,
        tools: Toolchain,
        environment: object,
        hashes: dict[Path, str] | None = None,
    ) -> None:
        self._tools, self._environment = tools, environment
        self._entries: dict[str, dict[str, Any]] = {}
        stored = stored if stored and stored.get("schema_version") == _VERSION else {}
        self._known_sources = frozenset(map(Path, stored.get("sources", ())))
        self._dependencies = Dependencies(tools, environment, self._known_sources, hashes)
        is_current = bool(stored) and stored.get("shared") == self._dependencies.shared
        self._earlier: Mapping[str, Any] = stored["specs"] if is_current else {}
        self._is_current = is_current
        self.were_used = is_current  # whether something stored is part of this compilation
        if is_current:
            tools.fingerprints.reuse(stored["fingerprints"])

    @property
    def sources(self) -> frozenset[Path]:
        """The files of code that the specs of this compilation depend on."""
        return self._tools.code_files | (self._known_sources if self._is_current else frozenset())

    def compile(self, choice: str) -> Compiled:
        """Return a compiled spec: the stored one if its inputs are unchanged.

        Raises:
            CompileError: The spec is wrong.
        """
        entry = self._earlier.get(choice)
        if entry is not None and entry["files"] == self._dependencies.of_configs(entry["configs"]):
            try:
                compiled = from_json(entry["compiled"], self._tools)
            except SpecError:
                pass
            else:
                self._entries[choice] = entry
                return compiled
        with self._tools.composer.files.recording() as configs:
            compiled = compile_experiment(choice, self._tools)
        if (content := to_json(compiled, self._tools)) is not None:
            files = self._dependencies.of_configs(configs)
            self._entries[choice] = {"configs": sorted(configs), "files": files, "compiled": content}
        return compiled

    def to_json(self) -> dict[str, Any]:
        """Return the compiled specs of this compilation, for the next one."""
        sources = self.sources
        # A hash from before the compilation is safe: if the file changes meanwhile, the next compilation notices it.
        shared = Dependencies(self._tools, self._environment, sources, self._dependencies.hashes).shared
        fingerprints = self._tools.fingerprints.to_json()
        entries = {
            "sources": sorted(map(str, sources)),
            "shared": shared,
            "specs": self._entries,
            "fingerprints": fingerprints,
        }
        return {"schema_version": _VERSION, **entries}
