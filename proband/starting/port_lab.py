"""Create a lab from a project in the layout of lightning-hydra-template."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from compiler.base.diagnostics import InputError
from lab.porting.port import port_project
from lab.porting.project import find_project
from lab.porting.report import report_text
from lab.porting.write_port import REPORT, write_port
from proband.starting.create_lab import CreatedLab, create_lab


class UnreadableProject(InputError):
    """A config of the project cannot be read. The message names it."""


@dataclass(frozen=True)
class PortedLab:
    """A lab that was made from a project. `report` states what became of each file of the project."""

    lab: CreatedLab
    report: str
    report_file: str


def lab_from_project(project_folder: Path, folder: Path) -> PortedLab:
    """Write the lab to a new folder, and add the files that every lab has. The project is only read.

    Raises:
        InputError: The project has another layout, a config cannot be read, or the folder exists and is not empty.
    """
    project = find_project(project_folder)
    try:
        port = port_project(project, lambda package: find_spec(package) is not None)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableProject(f"{project_folder}: a file cannot be read: {error}") from error
    write_port(port, project, folder)
    return PortedLab(create_lab(folder), report_text(port.report), REPORT)
