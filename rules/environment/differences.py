"""Describe in which packages the environments of an experiment's runs differ."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.base.printable import printable_line
from compiler.runs.provenance_parts import Distribution
from rules.environment.recorded_environment import ExperimentEnvironment, RecordedEnvironment


def differences(environment: ExperimentEnvironment) -> Iterator[str]:
    """Yield a line for each run that had another environment than the main one, or whose environment is not known."""
    for other in environment.others:
        if environment.main is not None:
            changes = "; ".join(_changes(environment.main, other))
            yield printable_line(f"{_run_names(other.runs)}: {changes}")
    for run, reason in environment.unknown.items():
        yield printable_line(f"run {run}: environment not known, {reason}")


def _run_names(runs: tuple[str, ...]) -> str:
    return f"run {runs[0]}" if len(runs) == 1 else f"runs {', '.join(runs)}"


def _changes(main: RecordedEnvironment, other: RecordedEnvironment) -> Iterator[str]:
    if main.python != other.python:
        yield f"Python {python_name(other)} instead of {python_name(main)}"
    if main.lists_all and not other.lists_all:
        yield "only the main packages were recorded"
    for name in sorted({*main.distributions, *other.distributions}):
        before, after = main.distributions.get(name), other.distributions.get(name)
        if before == after or (after is None and not other.lists_all):
            continue
        if after is None:
            yield f"{name} not installed"
        elif before is None:
            yield f"{name} {after.version} added"
        else:
            yield f"{name} {_change(before, after)}"


def _change(before: Distribution, after: Distribution) -> str:
    if before.version != after.version:
        return f"{after.version} instead of {before.version}"
    if (before.commit, before.local_changes) != (after.commit, after.local_changes):
        return f"{_code(after)} instead of {_code(before)}"
    return f"{after.version} installed from other files"


def _code(distribution: Distribution) -> str:
    commit = distribution.commit or "an unknown commit"
    return f"{commit} with uncommitted changes" if distribution.local_changes else commit


def python_name(environment: RecordedEnvironment) -> str:
    """Return the version of the interpreter, and its implementation unless it is CPython."""
    if environment.python is None:
        return "of unknown version"
    implementation = environment.python.implementation
    other = f" ({implementation})" if implementation not in (None, "CPython") else ""
    return printable_line(f"{environment.python.version}{other}")
