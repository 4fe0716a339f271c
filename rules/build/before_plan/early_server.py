"""Start the job server before the specs are compiled, so that its imports and the compilation take place together."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from compiler.base.config_files import config_files
from compiler.base.diagnostics import InputError
from compiler.base.json_files import read_json
from compiler.base.paths import ENGINE, Lab
from compiler.base.trust import is_trusted
from compiler.python_source.hidden_modules import check_module_names
from rules.build.before_plan.build_command import is_build
from rules.jobserver.client import ADDRESS
from rules.jobserver.start import JobServer, can_fork


def early_server(workflow: Any, overrides: object, lab: Lab | None = None) -> JobServer | None:
    """Return a server that imports no code of the lab yet, None if this command will probably train nothing.

    If the plan is up to date, the server is started after the plan has been read, which takes less time than a start.
    """
    lab = lab or Lab(Path())
    is_possible = (
        workflow.is_main_process
        and not workflow.output_settings.dryrun
        and not workflow.remote_exec
        and not workflow.deployment_settings.deployment_method  # in whose environments the server runs no job
        and workflow.resource_settings.nodes is None  # otherwise trainings are submitted to other machines
        and is_build(sys.argv)
        and can_fork()
        and ADDRESS not in os.environ
    )
    if not is_possible or not lab.conf.is_dir() or lab.is_read_only or not _is_safe(lab):
        return None
    if not overrides and not has_changed_inputs(lab):
        return None
    try:
        return JobServer(lab.state / "logs" / own_log_name(), modules=None)
    except OSError:  # the build reports it when it needs the server
        return None


def own_log_name() -> str:
    """Return the name of the log of a server that may not be the only one of the lab."""
    return f"server-{platform.node()}-{os.getpid()}.log"


def has_changed_inputs(lab: Lab) -> bool:
    """Return whether a config or a source file is newer than the plan, or there is no plan.

    Times of files are enough here, because a wrong answer costs only time.
    """
    try:
        compiled = (lab.state / "plan.json").stat().st_mtime_ns
        return any(_changed(file) > compiled for file in _inputs(lab))
    except (OSError, ValueError, KeyError, TypeError):
        return True


def _inputs(lab: Lab) -> Iterator[Path]:
    for root in lab.conf_roots(ENGINE):
        yield root / "experiment"  # whose time changes if a spec is removed
        yield from config_files(root)
    yield from map(Path, read_json(lab.state / "plan.inputs.json")["sources"])


def _changed(file: Path) -> int:
    return file.stat().st_mtime_ns if file.exists() else 0


def _is_safe(lab: Lab) -> bool:
    """Return whether a process in the lab's folder imports the modules of Proband and of its packages."""
    try:
        check_module_names(lab.root)
    except InputError:
        return False
    return is_trusted(lab)
