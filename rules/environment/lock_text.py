"""Write `requirements.lock`: the packages of an experiment's environment with exact versions and hashes."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.base.printable import printable_line
from rules.environment.differences import differences, python_name
from rules.environment.installable import Installable, Requirement
from rules.environment.recorded_environment import ExperimentEnvironment, RecordedEnvironment

LOCK = "requirements.lock"
UNHASHED = "versions.txt"
# pip refuses a file in which only some packages have hashes. These commands write one without hashes.
WITHOUT_HASHES = f"sed -e '/--hash=/d' -e 's/ *\\\\$//' {LOCK} > {UNHASHED}"
_MAX_NAMES = 8  # in the head of the file; all are marked below
_UNKNOWN_HASH = "# hash not known"


def lock_text(environment: ExperimentEnvironment, packages: Installable) -> str:
    """Return the content of `requirements.lock`. Its comments state what the file cannot restore."""
    lines = [f"# {line}" if line else "#" for line in _header(environment, packages)]
    lines += map(_requirement, packages.requirements)
    lines += (f"# not installed from an index: {line}" for line in packages.left_out)
    return "".join(f"{line}\n" for line in lines)


def _requirement(requirement: Requirement) -> str:
    if not requirement.hashes:
        return f"{requirement}  {_UNKNOWN_HASH}"
    return " \\\n".join([str(requirement), *(f"    --hash=sha256:{value}" for value in requirement.hashes)])


def _header(environment: ExperimentEnvironment, packages: Installable) -> Iterator[str]:
    yield f"Python packages of the runs of {environment.experiment}, from their provenance.json. Written by Proband."
    if environment.main is None:
        yield "No run recorded its packages, so this file restores nothing."
    else:
        yield from _origin(environment, environment.main)
        yield ""
        yield from install_notes(packages)
    unlike = list(differences(environment))
    if unlike:
        yield ""
        yield "Not all runs recorded this environment:"
        yield from (f"  {line}" for line in unlike)


def _origin(environment: ExperimentEnvironment, main: RecordedEnvironment) -> Iterator[str]:
    runs = len(main.runs) + sum(len(other.runs) for other in environment.others) + len(environment.unknown)
    platforms = printable_line(", ".join(main.platforms)) or "an operating system that was not recorded"
    yield f"{len(main.runs)} of {runs} runs, Python {python_name(main)} on {platforms}."
    if not main.lists_all:
        yield "The runs recorded their main packages only. The packages that these require are missing here."


def install_notes(packages: Installable) -> Iterator[str]:
    """Yield the command that installs the packages, and what pip cannot verify or install."""
    unhashed = packages.without_hash
    if not unhashed:
        yield f"python -m pip install --no-deps --require-hashes --requirement {LOCK}"
    else:
        more = ", …" if len(unhashed) > _MAX_NAMES else ""
        names = ", ".join(requirement.name for requirement in unhashed[:_MAX_NAMES]) + more
        yield f"The hashes of {len(unhashed)} of {len(packages.requirements)} packages are not known ({names})."
        yield "Therefore pip install --require-hashes refuses this file. To install these versions without hashes:"
        yield f"{WITHOUT_HASHES} && python -m pip install --no-deps --requirement {UNHASHED}"
    count = len(packages.requirements)
    recorded = sum(requirement.is_recorded for requirement in packages.requirements)
    published = count - len(unhashed) - recorded
    if recorded:
        yield f"{recorded} of {count} packages have the hash of the file that the runs had installed."
    if published:
        yield f"{published} of {count} packages have the hashes of all files published for their version. Which of"
        yield "these files the runs had installed was not recorded."
    if packages.not_on_pypi:
        names = ", ".join(map(str, packages.not_on_pypi))
        yield f"PyPI has no versions with a label: {names}. Give pip an index that has them (--extra-index-url)."
    if packages.left_out:
        yield "The packages at the end were not installed from an index. Check out their commits to install them."
