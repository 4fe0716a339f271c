"""An experiment as its files tell it: what agents are given, and all they are given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from agents.baselines import read_baselines
from agents.case import Book, Case
from agents.facts.fact import by_id, fact_from_json, series_from_json, verdict_from_json
from compiler.json_files import read_json
from compiler.paths import Lab

T = TypeVar("T")


def read_case(lab: Lab, plan: Mapping[str, Any], experiment: str) -> Case:
    """Raises FileNotFoundError where its facts are not written yet, BadBaseline for one in `conf/baseline/`."""
    home = lab.experiment(experiment)
    verdicts = _lines(lab.verdicts(experiment), verdict_from_json)
    book = Book(
        facts=by_id(_lines(lab.facts(experiment), fact_from_json)),
        verdicts={one.id: one for one in verdicts},
        spec=read_json(home / "experiment.json"),
    )
    registration = home / "registration.json"
    return Case(
        experiment,
        book,
        read_json(registration) if registration.is_file() else None,
        read_json(lab.results_file(experiment)),
        tuple(_lines(lab.series(experiment), series_from_json)),
        tuple(plan["genealogy"]),
        read_baselines(lab.conf_roots()),
    )


def _lines(file: Path, value: Callable[[Mapping[str, Any]], T]) -> Iterator[T]:
    with file.open(encoding="utf-8") as lines:
        yield from (value(json.loads(line)) for line in lines)
