"""Turn recorded distributions into the requirements that pip can install, and name those that it cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as ParsedRequirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from compiler.runs.provenance_parts import Distribution
from rules.environment.published_hashes import PublishedHashes

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
    """The requirements that pip can install, sorted by name, and a line for each distribution that it cannot."""

    requirements: tuple[Requirement, ...]
    left_out: tuple[str, ...]

    @property
    def without_hash(self) -> tuple[Requirement, ...]:
        return tuple(requirement for requirement in self.requirements if not requirement.hashes)

    @property
    def not_on_pypi(self) -> tuple[Requirement, ...]:
        return tuple(requirement for requirement in self.requirements if requirement.has_local_label)


def installable(distributions: Mapping[str, Distribution], published: PublishedHashes) -> Installable:
    """Return what pip can install. What was built from source, and names that pip refuses, are left out.

    An index could have another package of the name of somebody's own code.
    """
    requirements: list[Requirement] = []
    left_out: list[str] = []
    for name, distribution in sorted(distributions.items(), key=lambda item: canonicalize_name(item[0])):
        if not _is_valid(name, distribution.version):
            left_out.append("a package whose recorded name or version pip does not accept")
        elif distribution.editable or distribution.commit or distribution.from_source:
            left_out.append(_source(name, distribution))
        else:
            requirements.append(_requirement(name, distribution, published))
    return Installable(tuple(requirements), tuple(left_out))


def _requirement(name: str, distribution: Distribution, published: PublishedHashes) -> Requirement:
    canonical = canonicalize_name(name)
    if distribution.wheel_sha256:
        return Requirement(canonical, distribution.version, (distribution.wheel_sha256,), is_recorded=True)
    return Requirement(canonical, distribution.version, published.of(canonical, distribution.version))


def _source(name: str, distribution: Distribution) -> str:
    kind = "built from a folder" if distribution.from_source else "installed from git"
    kind = "an editable installation of a working copy" if distribution.editable else kind
    is_known = distribution.commit is not None and _COMMIT.fullmatch(distribution.commit)
    commit = f"commit {distribution.commit}" if is_known else "its commit was not recorded"
    changes = " with uncommitted changes" if distribution.local_changes else ""
    return f"{name} {distribution.version}: {kind}, {commit}{changes}"


def _is_valid(name: str, version: str) -> bool:
    try:
        requirement = ParsedRequirement(f"{name}=={version}")
        Version(version)
    except (InvalidRequirement, InvalidVersion):
        return False
    is_exact = f"{requirement.name}{requirement.specifier}" == f"{name}=={version}"  # without spaces and line ends
    return is_exact and not requirement.marker and not requirement.extras
