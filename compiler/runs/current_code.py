"""Compute the fingerprint of the code that a training executes now, which may have changed since the compile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.base.identity import identifying_config
from compiler.base.paths import ENGINE, Lab
from compiler.python_source.definitions import Definitions
from compiler.python_source.modules import Modules
from compiler.python_source.training_kind import training_kind
from compiler.runs.fingerprint import Fingerprints


def current_fingerprint(lab: Lab, config: Mapping[str, Any]) -> str:
    """Return the fingerprint of a resolved config, as the compiler would compute it now.

    Raises:
        SyntaxError: A module is not valid Python.
    """
    modules = Modules([lab.root, ENGINE])
    kind = training_kind(config, Definitions(modules))
    return Fingerprints(modules, lab.root).of_config(identifying_config(config), kind)
