"""Read the case of an experiment: all data that analysts and writers may use."""

from __future__ import annotations

from dataclasses import replace

from agents.analysis.merged_book import merged_book
from agents.context.baselines import read_baselines
from agents.context.case import Book, Case
from agents.context.library import read_library
from agents.context.results import results_from_json
from agents.facts.fact import by_id
from agents.facts.jsonl import read_facts, read_series, read_verdicts
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.registration.chain import read_chain
from compiler.registration.history import registration_of
from compiler.spec.agent_entry_points import analysis_titles
from compiler.steps.reference_data import reference_files
from rules.reporting.analysis_files import read_analyses


def read_case(lab: Lab, plan: Plan, experiment: str) -> Case:
    """Read the case of an experiment, as an analyst gets it.

    Raises:
        FileNotFoundError: the facts of the experiment are not written yet.
        UnreadableFacts: a file of facts, verdicts or series is damaged.
        BadBaseline: a file in `conf/baseline/` is invalid.
    """
    return Case(
        experiment,
        read_book(lab, experiment),
        registration_of(read_chain(lab.registrations), experiment),
        results_from_json(read_json(lab.results_file(experiment))),
        read_series(lab.series(experiment)),
        plan.genealogy,
        read_baselines(lab.conf_roots()),
    )


def read_book(lab: Lab, experiment: str) -> Book:
    """Read the facts, verdicts and spec of an experiment, without those of its analyses.

    Raises:
        FileNotFoundError: the facts of the experiment are not written yet.
        UnreadableFacts: a file of facts or verdicts is damaged.
    """
    return Book(
        facts=by_id(read_facts(lab.facts(experiment))),
        verdicts={verdict.id: verdict for verdict in read_verdicts(lab.verdicts(experiment))},
        spec=read_json(lab.experiment(experiment) / "experiment.json"),
    )


def read_writers_case(lab: Lab, plan: Plan, experiment: str) -> Case:
    """Read the case of an experiment as a writer gets it: with the facts of the finished analyses and the library.

    Raises:
        BrokenLibrary: a file in `conf/library/` is not BibTeX.
    """
    case = read_case(lab, plan, experiment)
    titles = analysis_titles(plan.experiments[experiment].spec)
    finished = [title for title in titles if lab.analysis(experiment, title).is_file()]
    book = merged_book(case, read_analyses(lab, experiment, finished))
    return replace(case, book=replace(book, library=read_library(reference_files(lab, "library"))))
