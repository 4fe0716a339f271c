"""Create the objects that compile the specs of a lab, and compute the run of a resolved config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import CompileError, Problem, SpecError
from compiler.base.identity import NotCanonical, identifying_config, run_id
from compiler.base.paths import ENGINE, Lab
from compiler.composing.compose import Composer
from compiler.declared_types.find_type import DeclaredTypes
from compiler.python_source.modules import Modules
from compiler.python_source.signatures import Signatures
from compiler.python_source.training_kind import reads_config, training_kind
from compiler.runs.data_versions import (
    DataFiles,
    broken_files_of,
    named_data,
    read_data_files,
    unversioned_data_problems,
)
from compiler.runs.fingerprint import Fingerprints
from compiler.runs.own_resolvers import register_resolvers
from compiler.secrets.declared_variables import allowed_variables


@dataclass(frozen=True)
class Run:
    """One training job: its resolved config, the versions of its data by path, and the fingerprint of its code."""

    id: str
    config: Mapping[str, Any]
    data: Mapping[str, str]
    fingerprint: str


class Toolchain:
    """The composer, finders of modules and types, signatures, fingerprints and data of a lab. Each caches its files."""

    def __init__(self, lab: Lab, overrides: Sequence[str] = ()) -> None:
        self.lab = lab
        self.overrides = tuple(overrides)
        self.modules = Modules([lab.root, ENGINE])
        self.signatures = Signatures(self.modules)
        self.composer = Composer(lab, self.overrides, self.unused_groups)
        self.fingerprints = Fingerprints(self.modules, lab.root)
        with suppress(SyntaxError):  # reported where a config uses the resolver
            self.fingerprints.of_modules(register_resolvers(lab))  # their code is a source of the plan
        self.types = DeclaredTypes(self.modules)

    @cached_property
    def environment(self) -> frozenset[str]:
        """The environment variables that configs may read. Raises CompileError."""
        return allowed_variables(self.lab)

    @property
    def code_files(self) -> frozenset[Path]:
        """The files of the lab and the engine whose code was read so far."""
        return frozenset(self.fingerprints.files) | frozenset(self.modules.project_files)

    @cached_property
    def data(self) -> DataFiles:
        """What the files of DVC state."""
        return read_data_files(self.lab)

    def unused_groups(self, config: Mapping[str, Any], is_shipped: bool) -> tuple[str, ...]:
        """Return the groups that a config does not need, because Lightning does not train it.

        Args:
            is_shipped: whether `config.yaml` is the one of the engine, which selects a data set and a trainer.
        """
        kind = training_kind(config, self.signatures.definitions)
        if kind == "command":
            return ("data", "model", "trainer") if is_shipped else ()
        is_used = kind == "lightning" or (not is_shipped and reads_config(config, self.signatures))
        return () if is_used else ("data", "trainer")

    def run(self, config: dict[str, Any]) -> Run:
        """Return the run of a resolved config.

        Raises:
            CompileError: A file of DVC is broken that is about data of the config.
            SpecError: A value cannot be written as canonical JSON or names data without a version, or a module of the
                run is not valid Python.
        """
        identifying = identifying_config(config)
        if broken := broken_files_of(identifying, self.data):
            raise CompileError(broken)
        if problems := list(unversioned_data_problems(identifying, self.data)):
            raise SpecError(problems)
        try:
            data = named_data(identifying, self.data.tracked, self.data.root)
            kind = training_kind(config, self.signatures.definitions)
            return Run(run_id(config, data), config, data, self.fingerprints.of_config(identifying, kind))
        except NotCanonical as error:
            raise SpecError([Problem((), str(error))]) from error
        except SyntaxError as error:
            problem = f"{error.filename}:{error.lineno}: {error.msg}"
            raise SpecError([Problem(("model", "_target_"), problem)]) from error
