"""Collect the names of this machine and its user, and those that files of a package give as host of a run."""

from __future__ import annotations

import getpass
import platform
import re
import socket
from collections.abc import Iterable
from pathlib import Path

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from lab.secrets_scan.rules.match import Identity

_MIN_HOME = 6  # characters; a shorter one, such as /root, is found by its own rule


def this_machine(folders: Iterable[Path] = ()) -> Identity:
    """Return the hosts, users and home folders of this machine.

    Args:
        folders: further private folders, such as that of the lab.
    """
    hosts = {platform.node(), socket.gethostname()}
    hosts |= {host.partition(".")[0] for host in hosts}
    paths = {str(path.absolute()) for path in (Path.home(), *folders)}
    homes = frozenset(path for path in paths if len(path) >= _MIN_HOME and path.count("/") >= 2)
    return Identity(frozenset(filter(None, hosts)), frozenset(_users()), homes)


def with_hosts(identity: Identity, hosts: Iterable[str]) -> Identity:
    """Return an identity with further hosts, such as those in `provenance.json` of runs."""
    names = {host for host in hosts if re.fullmatch(r"[A-Za-z0-9][\w.\-]*", host)}
    return Identity(identity.hosts | names | {host.partition(".")[0] for host in names}, identity.users, identity.homes)


def run_hosts(lab: Lab) -> set[str]:
    """Return the hosts that `provenance.json` of the runs of a lab gives."""
    files = (lab.results / "runs").glob("*/provenance.json")
    return {host for file in files if isinstance(host := (readable_object(file) or {}).get("host"), str)}


def _users() -> set[str]:
    try:
        return {getpass.getuser(), Path.home().name}
    except (KeyError, OSError, RuntimeError):  # the user has no entry
        return set()
