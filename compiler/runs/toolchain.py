"""What compiling any experiment of a lab needs, read once; and the run that a resolved config is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from compiler.base.diagnostics import Problem, SpecError
from compiler.base.identity import NotCanonical, identifying_config, run_id
from compiler.base.paths import ENGINE, Lab
from compiler.composing.compose import Composer
from compiler.python_source.modules import Modules
from compiler.python_source.signatures import Signatures
from compiler.runs.data_versions import TrackedData, named_data, tracked_data
from compiler.runs.fingerprint import Fingerprints


@dataclass(frozen=True)
class Run:
    """One training: its resolved config, and the versions of the data and of the code it uses."""

    id: str
    config: Mapping[str, Any]
    data: Mapping[str, str]
    fingerprint: str


class Toolchain:
    """The readers of one lab, each with its cache."""

    def __init__(self, lab: Lab, overrides: Sequence[str] = ()) -> None:
        self.lab = lab
        self.overrides = tuple(overrides)
        self.composer = Composer(lab)
        self.modules = Modules([lab.root, ENGINE])
        self.signatures = Signatures(self.modules)
        self.fingerprints = Fingerprints(self.modules)

    @cached_property
    def data(self) -> dict[str, TrackedData]:
        return tracked_data(self.lab)

    def run(self, config: dict[str, Any]) -> Run:
        """The run of a resolved config.

        Raises:
            SpecError: a value has no canonical text, or a module that the run executes is not Python.
        """
        counted = identifying_config(config)
        try:
            data = named_data(counted, self.data)
            return Run(run_id(config, data), config, data, self.fingerprints.of(counted))
        except NotCanonical as error:
            raise SpecError([Problem((), str(error))]) from error
        except SyntaxError as error:
            where = f"{error.filename}:{error.lineno}"
            raise SpecError([Problem(("model", "_target_"), f"{where}: {error.msg}")]) from error
