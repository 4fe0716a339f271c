"""Compute the files of a lab from the files of a project, with a report. Nothing is written and nothing imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import yaml

from lab.porting.config_text import converted, unresolvable
from lab.porting.loggers import logger_replacement
from lab.porting.main_config import LEFT_GROUPS, lab_main_config
from lab.porting.project import Project
from lab.porting.python_text import converted_python
from lab.porting.report import ReportLine
from lab.porting.specs import first_spec, search_spec, spec_name, spec_text

_MAX_BYTES = 10 * 2**20
_DATA = "data"


@dataclass
class Port:
    """The files of a lab. `copied` are copied unchanged from the project; `linked` are folders to link to."""

    texts: dict[str, str] = field(default_factory=dict)
    copied: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    report: list[ReportLine] = field(default_factory=list)

    def add(self, name: str, text: str, source: str, change: str) -> None:
        self.texts[name] = text
        self.report.append(ReportLine("changed" if change else "taken", source, change))
        if name.endswith(".yaml"):
            self.report += unresolvable(source, text)

    def leave(self, name: str, reason: str) -> None:
        self.report.append(ReportLine("left", name, reason))


def port_project(project: Project, is_installed: Callable[[str], bool]) -> Port:
    """Return the lab of a project.

    Args:
        is_installed: returns whether a package of a logger is installed.

    Raises:
        UnicodeDecodeError: A config is not UTF-8.
    """
    port = Port()
    _add_main_config(port, project, is_installed)
    for name in project.configs:
        if name != project.main_config:
            _add_config(port, project, name)
    if not any(name.startswith("conf/experiment/") for name in port.texts):
        port.texts["conf/experiment/first.yaml"] = first_spec()
    for name in project.files:
        _add_file(port, project, name)
    for name in project.left_folders:
        if name == _DATA and any(file.name != ".gitkeep" for file in (project.root / _DATA).iterdir()):
            port.linked.append(name)
            port.report.append(ReportLine("taken", f"{name}/", "as a link to the folder of the project"))
        elif name != _DATA:
            port.leave(f"{name}/", "a folder of tools, environments or outputs")
    return port


def _add_main_config(port: Port, project: Project, is_installed: Callable[[str], bool]) -> None:
    source = f"{project.config_folder}/{project.main_config}"
    text = project.text(source)
    choices = {
        key: value for item in yaml.safe_load(text)["defaults"] if isinstance(item, dict) for key, value in item.items()
    }
    reason = logger_replacement(project, choices.get("logger"), is_installed)
    main = lab_main_config(source, text, {"logger": reason} if reason else {})
    port.texts["conf/config.yaml"] = main.text
    port.report += [*main.lines, *unresolvable(source, main.text)]


def _add_config(port: Port, project: Project, name: str) -> None:
    """Add a config, unless a lab does without it."""
    path, source = PurePosixPath(name), f"{project.config_folder}/{name}"
    group = path.parts[0] if len(path.parts) > 1 else ""
    if path.suffix != ".yaml":
        return port.leave(source, "no config")
    text = project.text(source)
    if group == "hparams_search":
        return _add_search(port, name, source, text)
    if group in LEFT_GROUPS:
        return port.leave(source, LEFT_GROUPS[group])
    if not group:
        return port.leave(source, "another main config; test finished runs again with: proband verify --deep")
    new_text, change = converted(text)
    if group == "experiment" and not path.name.startswith("_"):
        new_text, change = spec_text(path.stem, new_text), ", ".join(filter(None, [change, "added experiment:"]))
    port.add(f"conf/{name}", new_text, source, change)
    return None


def _add_search(port: Port, name: str, source: str, text: str) -> None:
    spec = search_spec(PurePosixPath(name).stem, yaml.safe_load(text) or {})
    if spec is None:
        return port.leave(source, "has no hydra.sweeper.params; write experiment.search in a spec")
    target = f"conf/experiment/{spec_name(name)}.yaml"
    return port.add(target, spec, source, f"is {target}, with the sweeper's params as search.space")


def _add_file(port: Port, project: Project, name: str) -> None:
    file = project.root / name
    if file.name.startswith(".env"):
        return port.leave(name, "it may contain secrets")
    if file.is_symlink() or not file.is_file():
        return port.leave(name, "a link or special file")
    if file.stat().st_size > _MAX_BYTES:
        return port.leave(name, "larger than 10 MiB; track it with DVC")
    if file.suffix == ".py":
        return _add_python(port, project, name)
    port.copied.append(name)
    port.report.append(ReportLine("taken", name))
    return None


def _add_python(port: Port, project: Project, name: str) -> None:
    try:
        source = project.text(name)
        new_source = converted_python(source)
    except (SyntaxError, ValueError) as error:
        port.copied.append(name)
        return port.leave(name, f"copied as it is, because it is not valid Python: {error}")
    is_entry_point = "hydra.main(" in source
    change = "imports lightning.pytorch instead of pytorch_lightning" if new_source != source else ""
    port.add(name, new_source, name, change)
    if is_entry_point and not change:
        port.report[-1] = ReportLine("taken", name, "a lab does not run it: use snakemake or proband train")
    return None
