"""Read which environment variables the configs of a lab may read, from `conf/environment.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import Lab
from compiler.parsing.located_yaml import Source, read_source
from compiler.parsing.strict_yaml import children, position

FILE = "conf/environment.yaml"
_FIELD = "variables"
# Variables that every lab may read, because they name the user, the machine or the project, and no secret.
ALWAYS = frozenset(
    {"HOME", "USER", "LOGNAME", "PWD", "HOSTNAME", "TMPDIR", "TMP", "TEMP", "LANG", "PROJECT_ROOT"}
    | {"CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "SLURM_JOB_ID", "SLURM_ARRAY_TASK_ID"}
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_NAME = re.compile(r"key|token|secret|passw|credential|_jwt|_auth|_pat\b", re.IGNORECASE)


def is_secret_name(name: str) -> bool:
    """Return whether the name of an environment variable says that it is secret."""
    return _SECRET_NAME.search(name) is not None


def allowed_variables(lab: Lab) -> frozenset[str]:
    """Return the environment variables that configs of the lab may read.

    Raises:
        CompileError: The file of the lab has another form, or a name is that of a secret.
    """
    file = lab.root / FILE
    if not file.is_file():
        return ALWAYS
    source = read_source(file, FILE)
    problems = [*_unknown_keys(source), *_name_problems(source)]
    if problems:
        raise CompileError(problems)
    return ALWAYS | {item.value for item in _names(source).value}


def _unknown_keys(source: Source) -> Iterator[Diagnostic]:
    for key, mark, _ in children(source.root):
        if key != _FIELD:
            yield Diagnostic(FILE, *position(mark), str(key), f"unknown key '{key}'", f"the only key is {_FIELD}")


def _name_problems(source: Source) -> Iterator[Diagnostic]:
    names = _names(source)
    if not isinstance(names, yaml.SequenceNode):
        yield Diagnostic(FILE, *position(names.start_mark), _FIELD, "must be a list of names, such as [DATA_ROOT]")
        return
    for item in names.value:
        location = (FILE, *position(item.start_mark), _FIELD)
        if not isinstance(item, yaml.ScalarNode) or not _NAME.fullmatch(item.value):
            yield Diagnostic(*location, "must be names of environment variables")
        elif is_secret_name(item.value):
            hint = "remove it, because the client reads the environment variable itself"
            yield Diagnostic(*location, f"'{item.value}' is the name of a secret, which no config may read", hint)


def _names(source: Source) -> yaml.Node:
    """Return the list of names, empty if the file has none."""
    listed = source.node((_FIELD,))
    return listed[1] if listed is not None and listed[1] is not None else yaml.SequenceNode("", [])
