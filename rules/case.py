"""An experiment as its files tell it: what agents are given, and all they are given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from agents.baselines import read_baselines
from agents.case import Book, Case
from agents.facts.fact import by_id, fact_from_json, series_from_json, verdict_from_json
from agents.known import known
from agents.library import read_library
from compiler.background import background_files
from compiler.json_files import read_json
from compiler.paths import Lab
from compiler.written import pipeline
from rules.analysis_files import read_analyses

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


def read_known(lab: Lab, plan: Mapping[str, Any], case: Case) -> Book:
    """Also what analysts found, as far as they have, and the library.

    Raises:
        BrokenLibrary: a file in `conf/library/` is no BibTeX.
    """
    titles = pipeline(plan["experiments"][case.experiment_id])
    there = [title for title in titles if lab.analysis(case.experiment_id, title).is_file()]
    book = known(case, read_analyses(lab, case.experiment_id, there))
    return replace(book, library=read_library(background_files(lab, "library")))


def _lines(file: Path, value: Callable[[Mapping[str, Any]], T]) -> Iterator[T]:
    with file.open(encoding="utf-8") as lines:
        yield from (value(json.loads(line)) for line in lines)
