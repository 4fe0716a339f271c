"""An experiment as its files tell it: what agents are given, and all they are given."""

from __future__ import annotations

from dataclasses import replace

from agents.analysis.merged_book import merged_book
from agents.context.baselines import read_baselines
from agents.context.case import Book, Case
from agents.context.library import read_library
from agents.facts.fact import by_id
from agents.facts.jsonl import read_facts, read_series, read_verdicts
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.reference_data import background_files
from compiler.spec.agent_entry_points import analysis_titles
from rules.reporting.analysis_files import read_analyses


def read_case(lab: Lab, plan: Plan, experiment: str) -> Case:
    """Raises FileNotFoundError where its facts are not written yet, UnreadableFacts, BadBaseline."""
    home = lab.experiment(experiment)
    book = Book(
        facts=by_id(read_facts(lab.facts(experiment))),
        verdicts={one.id: one for one in read_verdicts(lab.verdicts(experiment))},
        spec=read_json(home / "experiment.json"),
    )
    registration = home / "registration.json"
    return Case(
        experiment,
        book,
        read_json(registration) if registration.is_file() else None,
        read_json(lab.results_file(experiment)),
        read_series(lab.series(experiment)),
        tuple(entry.to_json() for entry in plan.genealogy),
        read_baselines(lab.conf_roots()),
    )


def read_known(lab: Lab, plan: Plan, case: Case) -> Book:
    """Also what analysts found, as far as they have, and the library.

    Raises:
        BrokenLibrary: a file in `conf/library/` is no BibTeX.
    """
    titles = analysis_titles(plan.experiments[case.experiment_id].spec)
    there = [title for title in titles if lab.analysis(case.experiment_id, title).is_file()]
    book = merged_book(case, read_analyses(lab, case.experiment_id, there))
    return replace(book, library=read_library(background_files(lab, "library")))
