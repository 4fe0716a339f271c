"""Find the Python environment that the runs of an experiment recorded, and the runs that had another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from compiler.runs.provenance_parts import Distribution, Python
from compiler.runs.provenance_record import ProvenanceRecord

_Key = tuple[Python | None, tuple[tuple[str, Distribution], ...]]


@dataclass(frozen=True)
class RecordedEnvironment:
    """An interpreter and the distributions installed in it, and the runs that recorded exactly these.

    `lists_all` is false if the runs recorded their main packages only, as earlier versions of Proband did.
    `platforms` are the operating systems of the runs.
    """

    python: Python | None
    distributions: Mapping[str, Distribution]
    lists_all: bool
    platforms: tuple[str, ...]
    runs: tuple[str, ...]


@dataclass(frozen=True)
class ExperimentEnvironment:
    """The environment that most runs of an experiment recorded, and those of its other runs.

    `main` is None if no run recorded one. `unknown` has the reason for each run whose record cannot be used.
    """

    experiment: str
    main: RecordedEnvironment | None
    others: tuple[RecordedEnvironment, ...]
    unknown: Mapping[str, str]


def experiment_environment(
    experiment: str, records: Mapping[str, ProvenanceRecord], unknown: Mapping[str, str]
) -> ExperimentEnvironment:
    """Return the environments of the runs. Of two with equally many runs, the one of the first run is the main one."""
    runs: defaultdict[_Key, list[str]] = defaultdict(list)
    for run, record in records.items():
        runs[_key(record)].append(run)
    groups = sorted(runs.values(), key=len, reverse=True)  # a stable sort
    environments = [_environment(group, records) for group in groups]
    return ExperimentEnvironment(experiment, next(iter(environments), None), tuple(environments[1:]), unknown)


def _key(record: ProvenanceRecord) -> _Key:
    return record.python, tuple(sorted(_distributions(record).items(), key=lambda item: item[0]))


def _distributions(record: ProvenanceRecord) -> Mapping[str, Distribution]:
    return record.distributions or {name: Distribution(version) for name, version in record.packages.items()}


def _environment(runs: list[str], records: Mapping[str, ProvenanceRecord]) -> RecordedEnvironment:
    first = records[runs[0]]
    platforms = sorted({platform for run in runs if (platform := records[run].platform)})
    return RecordedEnvironment(
        first.python, _distributions(first), bool(first.distributions), tuple(platforms), tuple(runs)
    )
