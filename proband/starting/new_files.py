"""Write the files of a new experiment, model, data set, deliverable type, analyst or CI workflow of a lab."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.deliverables.deliverable import FILE_NAME
from compiler.python_source.hidden_modules import module_name_problem
from proband.starting.create_lab import SUFFIX

_TEMPLATES = Path(__file__).parent / "templates" / "new"
_MODULE = "{name}.py"
_MAX_LENGTH = 100
_NOT_CODE = frozenset({"experiment", "workflow"})
_READ_AS_VALUES = frozenset({"false", "inf", "n", "nan", "no", "none", "null", "off", "on", "true", "y", "yes"})


@dataclass(frozen=True)
class Kind:
    """What can be written: the path of each file by its template, and how a spec uses it."""

    files: Mapping[str, str]
    usage: str


KINDS: Mapping[str, Kind] = {
    "experiment": Kind({"experiment.yaml": "conf/experiment/{name}.yaml"}, "snakemake --cores 2 {name}"),
    "model": Kind(
        {"model.py": _MODULE, "model.yaml": "conf/model/{name}.yaml"}, "in a spec: defaults: [override /model: {name}]"
    ),
    "data": Kind(
        {"data.py": _MODULE, "data.yaml": "conf/data/{name}.yaml"}, "in a spec: defaults: [override /data: {name}]"
    ),
    "deliverable": Kind({"deliverable.py": _MODULE}, "in a spec: deliverables: [{{type: {name}:TYPE}}]"),
    "workflow": Kind(
        {"workflow.yml": ".github/workflows/{name}.yml"}, "set the repository variables that the file names at its top"
    ),
    "analyst": Kind({"analyst.py": _MODULE}, "in a spec: analysis_pipeline: [{name}:{name}]"),
}


class NotWritten(InputError):
    """A name cannot be used, or a file exists. Nothing was written."""


def write_new_files(lab: Lab, kind: str, name: str) -> list[Path]:
    """Write the files of a kind under a name, and return their paths.

    Raises:
        NotWritten: The name cannot be used, a file exists, or the lab cannot be written.
    """
    problem = _name_problem(name) if kind in _NOT_CODE else _name_problem(name) or _code_name_problem(name)
    if problem:
        raise NotWritten(f"{kind} '{name[:_MAX_LENGTH]}': {problem}; nothing was written")
    texts = {
        lab.root / path.format(name=name): _text(lab, template, name) for template, path in KINDS[kind].files.items()
    }
    for file in texts:
        if file.exists() or file.is_symlink():
            raise NotWritten(f"{file.relative_to(lab.root)}: exists (choose another name); nothing was written")
    try:
        for file, text in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NotWritten(f"{error.filename}: cannot be written: {error.strerror}") from error
    return list(texts)


def _name_problem(name: str) -> str | None:
    if len(name) > _MAX_LENGTH:
        return f"the name has {len(name)} characters (at most {_MAX_LENGTH})"
    return (
        None
        if re.match(FILE_NAME, name)
        else "a name has letters, digits and _ . - only, and starts with a letter or digit"
    )


def _code_name_problem(name: str) -> str | None:
    """Return why a module and a config cannot have a name."""
    if not name.isidentifier() or keyword.iskeyword(name):
        return "a name of code has letters, digits and _ only, starts with a letter, and is no keyword of Python"
    if name.lower() in _READ_AS_VALUES:
        return "YAML would read it as a value and not as a name"
    return module_name_problem(name)


def _text(lab: Lab, template: str, name: str) -> str:
    file = _TEMPLATES / template
    text = (file if file.is_file() else file.with_name(f"{template}{SUFFIX}")).read_text(encoding="utf-8")
    class_name = "".join(part.capitalize() for part in name.split("_"))
    return text.replace("NAME_CLASS", class_name).replace("NAME", name).replace("MODEL", _model(lab))


def _model(lab: Lab) -> str:
    """Return the model of a new experiment: the first of the lab, else one that ships with Proband."""
    return min((file.stem for file in (lab.conf / "model").glob("*.yaml")), default="mlp")
