"""Return what a person has to remove from a folder, or allow, before it is published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from compiler.base.paths import Lab
from lab.secrets_scan.allowances import blocking, read_allowances
from lab.secrets_scan.finding import Finding
from lab.secrets_scan.identity import run_hosts, this_machine, with_hosts
from lab.secrets_scan.scan import scan, scan_content

_NOTHING: Mapping[str, bytes] = MappingProxyType({})


def blocking_findings(lab: Lab, folder: Path, added: Mapping[str, bytes] = _NOTHING) -> tuple[Finding, ...]:
    """Scan a folder for secrets and for the names of this machine, its user and the hosts of the runs.

    Args:
        added: the content of files that are published with those of the folder, by name.

    Raises:
        CompileError: The file with the allowances of the lab is wrong.
    """
    identity = with_hosts(this_machine([lab.root]), run_hosts(lab))
    findings = [*scan(folder, identity)]
    for name, content in added.items():
        findings += scan_content(name, content, identity)
    return blocking(findings, read_allowances(lab))
