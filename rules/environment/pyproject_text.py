"""Write `pyproject.toml`: the interpreter and the packages of an experiment's environment, for tools that read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from compiler.base.printable import printable_line
from rules.environment.differences import differences
from rules.environment.installable import Installable
from rules.environment.recorded_environment import ExperimentEnvironment

PYPROJECT = "pyproject.toml"
_VERSION = re.compile(r"\d+(\.\d+)*((a|b|rc)\d+)?")


def pyproject_text(environment: ExperimentEnvironment, packages: Installable) -> str:
    """Return the content of a `pyproject.toml` that requires exactly the recorded versions."""
    main = environment.main
    python = main.python if main else None
    lines = [
        "# The packages that the runs recorded. requirements.lock has their hashes. Written by Proband.",
        "[project]",
    ]
    lines += [f"name = {_string(_project_name(environment.experiment))}", 'version = "0"']
    if python is not None and _VERSION.fullmatch(python.version):
        lines += [f"requires-python = {_string(f'=={python.version}')}"]
    lines += _array("dependencies", map(str, packages.requirements))
    lines += ["", "[tool.proband.environment]", f"experiment = {_string(environment.experiment)}"]
    lines += [f"python_implementation = {_string((python and python.implementation) or 'unknown')}"]
    lines += _array("platforms", main.platforms if main else ())
    lines += _array("runs", main.runs if main else ())
    lines += _array("other_environments", differences(environment))
    lines += _array("not_from_an_index", packages.left_out)
    lines += [f"lists_all_packages = {str(bool(main and main.lists_all)).lower()}"]
    return "".join(f"{line}\n" for line in lines)


def _project_name(experiment: str) -> str:
    return f"{re.sub(r'[^a-z0-9]+', '-', experiment.lower()).strip('-')}-environment"


def _array(key: str, values: Iterable[str]) -> list[str]:
    items = [f"  {_string(value)}," for value in values]
    return [f"{key} = [", *items, "]"] if items else [f"{key} = []"]


def _string(text: str) -> str:
    """Return a TOML string. One line of JSON without escapes above ASCII is valid TOML."""
    return json.dumps(printable_line(text), ensure_ascii=False)
