"""Return what a person has to remove from a folder, or allow, before it is published."""

from __future__ import annotations

from pathlib import Path

from compiler.base.paths import Lab
from lab.secrets_scan.allowances import blocking, read_allowances
from lab.secrets_scan.finding import Finding
from lab.secrets_scan.identity import run_hosts, this_machine, with_hosts
from lab.secrets_scan.scan import scan


def blocking_findings(lab: Lab, folder: Path) -> tuple[Finding, ...]:
    """Scan a folder for secrets and for the names of this machine, its user and the hosts of the runs.

    Raises:
        CompileError: The file with the allowances of the lab is wrong.
    """
    identity = with_hosts(this_machine([lab.root]), run_hosts(lab))
    return blocking(scan(folder, identity), read_allowances(lab))
