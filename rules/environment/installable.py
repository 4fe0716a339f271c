"""Turn recorded distributions into the requirements that pip can install, and name those that it cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as ParsedRequirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from compiler.runs.provenance_parts import Distribution, Python
from rules.environment.published_hashes import PublishedHashes

_ENGINE = "proband"  # on no index: a package of this name on PyPI would be somebody else's
_COMMIT = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True)
class Requirement:
    """An exact version of a package. `hashes` are empty if none is known.

    `is_recorded` is true if the only hash is that of the file from which the run's distribution was installed.
    """

    name: str
    version: str
    hashes: tuple[str, ...] = ()
    is_recorded: bool = False

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def has_local_label(self) -> bool:
        """Whether the version has a label such as `+cpu`. PyPI has no such versions."""
        return "+" in self.version


@dataclass(frozen=True)
class Installable:
    """The requirements that pip can install, sorted by name, and a line for each distribution that it cannot.

    `tools` are name and version of the installers that are left out, because each new environment has its own.
    """

    requirements: tuple[Requirement, ...]
    left_out: tuple[str, ...]
    tools: tuple[str, ...] = ()

    @property
    def with_hash(self) -> tuple[Requirement, ...]:
        return tuple(requirement for requirement in self.requirements if requirement.hashes)

    @property
    def without_hash(self) -> tuple[Requirement, ...]:
        return tuple(requirement for requirement in self.requirements if not requirement.hashes)

    @property
    def not_on_pypi(self) -> tuple[Requirement, ...]:
        return tuple(requirement for requirement in self.requirements if requirement.has_local_label)


def installable(
    distributions: Mapping[str, Distribution], published: PublishedHashes, python: Python | None = None
) -> Installable:
    """Return what pip can install. What is not from an index, and names that pip refuses, are left out."""
    requirements: list[Requirement] = []
    left_out: list[str] = []
    tools: list[str] = []
    for name, distribution in sorted(distributions.items(), key=lambda item: canonicalize_name(item[0])):
        if not _is_valid(name, distribution.version):
            left_out.append("a package whose recorded name or version pip does not accept")
        elif _is_from_source(name, distribution):
            left_out.append(_source(name, distribution))
        else:
            requirement = _requirement(name, distribution, published)
            if not requirement.hashes and requirement.name in _tools(python):
                tools.append(f"{requirement.name} {requirement.version}")
            else:
                requirements.append(requirement)
    return Installable(tuple(requirements), tuple(left_out), tuple(tools))


def _tools(python: Python | None) -> tuple[str, ...]:
    """Return the packages that a new environment of this Python has. Python 3.12 and later have no setuptools."""
    has_setuptools = python is not None and re.match(r"3\.([0-9]|1[01])\.", python.version)
    return ("pip", "setuptools") if has_setuptools else ("pip",)


def _is_from_source(name: str, distribution: Distribution) -> bool:
    """Return whether no index has the distribution. An index could have another package of the name of own code."""
    is_own = distribution.editable or distribution.from_source or canonicalize_name(name) == _ENGINE
    return is_own or distribution.commit is not None


def _requirement(name: str, distribution: Distribution, published: PublishedHashes) -> Requirement:
    canonical = canonicalize_name(name)
    if distribution.wheel_sha256:
        return Requirement(canonical, distribution.version, (distribution.wheel_sha256,), is_recorded=True)
    return Requirement(canonical, distribution.version, published.of(canonical, distribution.version))


def _source(name: str, distribution: Distribution) -> str:
    is_known = distribution.commit is not None and _COMMIT.fullmatch(distribution.commit)
    commit = f"commit {distribution.commit}" if is_known else "its commit was not recorded"
    changes = " with uncommitted changes" if distribution.local_changes else ""
    return f"{name} {distribution.version}: {_kind(name, distribution)}, {commit}{changes}"


def _kind(name: str, distribution: Distribution) -> str:
    if distribution.editable:
        return "an editable installation of a working copy"
    if distribution.from_source:
        return "built from a folder"
    return "Proband itself" if canonicalize_name(name) == _ENGINE else "installed from git"


def _is_valid(name: str, version: str) -> bool:
    try:
        requirement = ParsedRequirement(f"{name}=={version}")
        Version(version)
    except (InvalidRequirement, InvalidVersion):
        return False
    is_exact = f"{requirement.name}{requirement.specifier}" == f"{name}=={version}"  # without spaces and line ends
    return is_exact and not requirement.marker and not requirement.extras
