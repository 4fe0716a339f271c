"""List all installed distributions with their versions and hashes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name

from compiler.base.json_files import parse_json
from compiler.base.paths import ENGINE
from compiler.runs.provenance_parts import Distribution
from lightning_modules.provenance.git_state import checkout, limited_git
from lightning_modules.provenance.locked_wheels import locked_wheels

_MAIN = ("torch", "lightning", "numpy", "hydra-core", "safetensors")
_FIELD = re.compile(r"^(Name|Version): *(\S+)", re.MULTILINE)
_FOLDER = re.compile(r"(.+)-([^-]+)\.dist-info")
_BUILT_FROM = "proband/built_from.json"  # in a wheel of Proband, written by build_backend/proband_build.py
_SHA256 = re.compile(r"[0-9a-f]{64}")


def distributions(lab_root: Path) -> dict[str, Distribution]:
    """Return all installed distributions by normalized name.

    The hash of a wheel comes from the installer, else from the lock file of the lab or of Proband, if that allows only
    one file for the installed version.
    """
    lock = next((file for folder in (lab_root, ENGINE) if (file := folder / "requirements.lock").is_file()), None)
    wheels = locked_wheels(lock) if lock else {}
    return {name: _with_wheel(name, distribution, wheels) for name, distribution in installed_distributions().items()}


@cache
def installed_distributions() -> dict[str, Distribution]:
    """Return the distributions as they are installed. Cached, so that processes forked from a server need not read.

    If a name occurs twice on the path, the first one with a list of files counts, because a folder of source code can
    contain metadata of an older version.
    """
    ordered = sorted(_readable(), key=lambda entry: entry[1].record_sha256 is None)
    installed: dict[str, Distribution] = {}
    for name, distribution in ordered:
        installed.setdefault(name, distribution)
    return dict(sorted(installed.items()))


def package_versions() -> dict[str, str]:
    """Return the versions of the main packages."""
    installed = installed_distributions()
    return {name: installed[name].version for name in _MAIN if name in installed}


def _readable() -> Iterator[tuple[str, Distribution]]:
    """Yield name and content of each distribution. If its metadata are damaged, its folder gives name and version."""
    for entry in metadata.distributions():
        head = (_content(entry, "METADATA") or _content(entry, "PKG-INFO")).partition(b"\n\n")[0]
        fields = {match[1]: match[2] for match in _FIELD.finditer(head.decode("utf-8", "replace"))}
        folder = _FOLDER.fullmatch(getattr(getattr(entry, "_path", None), "name", ""))
        name, version = fields.get("Name"), fields.get("Version")
        if folder and not (name and version):
            name, version = folder[1], folder[2]
        if name and version:
            yield canonicalize_name(name), _distribution(entry, canonicalize_name(name), version)


def _content(entry: metadata.Distribution, name: str) -> bytes:
    """Return the bytes of a metadata file, empty if it cannot be read. `read_text` would change them or raise."""
    folder = getattr(entry, "_path", None)
    try:
        return bytes((folder / name).read_bytes()) if folder else (entry.read_text(name) or "").encode()
    except (OSError, KeyError, UnicodeDecodeError):
        return b""


def _distribution(entry: metadata.Distribution, name: str, version: str) -> Distribution:
    record, origin = _content(entry, "RECORD"), _origin(entry)
    archive, vcs, folder = (_object(origin.get(key)) for key in ("archive_info", "vcs_info", "dir_info"))
    digest = str(_object(archive.get("hashes")).get("sha256") or archive.get("hash", ""))
    digest = digest.removeprefix("sha256=")
    url = str(origin.get("url") or "")
    distribution = Distribution(
        version,
        digest if _SHA256.fullmatch(digest) else None,
        hashlib.sha256(record).hexdigest() if record else None,
        editable=folder.get("editable") is True,
        commit=commit if isinstance(commit := vcs.get("commit_id"), str) else None,
    )
    if distribution.editable:
        return _with_repository(distribution, url)
    is_built = any(isinstance(origin.get(key), dict) for key in ("dir_info", "vcs_info"))
    distribution = replace(distribution, from_source=is_built and distribution.commit is None)
    return _with_build_commit(distribution, entry) if name == "proband" else distribution


def _with_repository(distribution: Distribution, url: str) -> Distribution:
    """Return an editable installation with the commit of its source code. Its folder is not recorded."""
    parts = urlsplit(url)
    folder = Path(unquote(parts.path))
    if parts.scheme != "file" or not folder.is_dir():
        return distribution
    state = checkout(folder, limited_git(folder)).state
    return replace(distribution, commit=state.commit, local_changes=state.dirty) if state else distribution


def _with_build_commit(distribution: Distribution, entry: metadata.Distribution) -> Distribution:
    """Return an installation of Proband with the commit from which its wheel was built, if the wheel names one."""
    build = _json_object(_content(entry, f"../{_BUILT_FROM}"))
    commit, changes = build.get("commit"), build.get("local_changes")
    if distribution.commit or not isinstance(commit, str):
        return distribution
    return replace(distribution, commit=commit, local_changes=changes if isinstance(changes, bool) else None)


def _with_wheel(name: str, distribution: Distribution, wheels: Mapping[tuple[str, str], str]) -> Distribution:
    if distribution.wheel_sha256 or distribution.editable or distribution.commit or distribution.from_source:
        return distribution
    return replace(distribution, wheel_sha256=wheels.get((name, distribution.version)))


def _origin(entry: metadata.Distribution) -> dict[str, Any]:
    """Return the content of `direct_url.json`, which installers write for what does not come from an index."""
    return _json_object(_content(entry, "direct_url.json"))


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        return _object(parse_json(content or b"{}"))
    except ValueError:
        return {}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
