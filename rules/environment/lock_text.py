"""Write `requirements.lock`: the packages of an experiment's environment with exact versions and hashes."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.base.printable import printable_line
from rules.environment.differences import differences, python_name
from rules.environment.installable import Installable, Requirement
from rules.environment.recorded_environment import ExperimentEnvironment, RecordedEnvironment

LOCK = "requirements.lock"
UNHASHED = "versions.txt"
_MAX_NAMES = 8  # in the head of the file; all are marked below
_UNKNOWN_HASH = "# hash not known: "  # a comment, because pip refuses a file in which only some packages have hashes


def lock_text(environment: ExperimentEnvironment, packages: Installable) -> str:
    """Return the content of `requirements.lock`. Its comments state what the file cannot restore."""
    lines = [f"# {line}" if line else "#" for line in _header(environment, packages)]
    lines += map(_requirement, packages.requirements)
    return "".join(f"{line}\n" for line in lines)


def install_commands(packages: Installable, lock: str = LOCK, options: str = "") -> Iterator[str]:
    """Yield the commands that install the packages with hashes, then the others, which are comments in the lock."""
    install = f"python -m pip install {options}--no-deps"
    if packages.with_hash:
        yield f"{install} --require-hashes --requirement {lock}"
    if packages.without_hash:
        yield f"sed -n 's/^{_UNKNOWN_HASH}//p' {lock} > {UNHASHED}"
        yield f"{install} --requirement {UNHASHED}"


def _requirement(requirement: Requirement) -> str:
    if not requirement.hashes:
        return f"{_UNKNOWN_HASH}{requirement}"
    return " \\\n".join([str(requirement), *(f"    --hash=sha256:{value}" for value in requirement.hashes)])


def _header(environment: ExperimentEnvironment, packages: Installable) -> Iterator[str]:
    yield f"Python packages of the runs of {environment.experiment}, from their provenance.json. Written by Proband."
    if environment.main is None:
        yield "No run recorded its packages, so this file restores nothing."
    else:
        yield from _origin(environment, environment.main)
        yield from ("", *_installation(environment, packages))
        yield from (f"not installed from an index: {line}" for line in packages.left_out)
        yield from _remarks(packages)
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


def _installation(environment: ExperimentEnvironment, packages: Installable) -> Iterator[str]:
    """Yield the commands that install the packages, and what they leave out."""
    lock = f"results/experiments/{environment.experiment}/environment/{LOCK}"
    yield "To install the packages, run in the folder of the lab:"
    yield from (f"  {command}" for command in install_commands(packages, lock))
    if packages.left_out:
        yield "The commands do not install these packages. Check out the commit of each and install it with --no-deps:"


def _remarks(packages: Installable) -> Iterator[str]:
    """Yield what is known about the hashes, and what stands in the way of an installation."""
    count, unhashed = len(packages.requirements), packages.without_hash
    if unhashed:
        more = ", …" if len(unhashed) > _MAX_NAMES else ""
        names = ", ".join(requirement.name for requirement in unhashed[:_MAX_NAMES]) + more
        yield f"The hashes of {len(unhashed)} of {count} packages are not known ({names})."
        yield "pip --require-hashes would refuse them, so they are comments below and are installed without hashes."
    if packages.tools:
        yield f"Left out, because each new environment has its own: {', '.join(packages.tools)}."
    recorded = sum(requirement.is_recorded for requirement in packages.requirements)
    published = len(packages.with_hash) - recorded
    if recorded:
        yield f"{recorded} of {count} packages have the hash of the file that the runs had installed."
    if published:
        yield f"{published} of {count} packages have the hashes of all files published for their version. Which of"
        yield "these files the runs had installed was not recorded."
    if packages.not_on_pypi:
        names = ", ".join(map(str, packages.not_on_pypi))
        yield f"PyPI has no versions with a label: {names}. Give pip an index that has them (--extra-index-url)."
