"""Review every analysis of an experiment before a report may be written from it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agents.analysis.analysis_schema import Analysis
from agents.analysis.merge_analyses import Integration
from agents.analysis.merged_book import merged_book
from agents.context.case import Case
from agents.review.structure.analysis_texts import integration_texts
from agents.review.template_review import review, review_analysis
from agents.review.text.objection import Objection
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.spec.agent_entry_points import analysis_titles
from rules.reporting.analysis_files import without_record
from rules.reporting.load_case import read_case

SCHEMA_VERSION = 1
Json = Mapping[str, Any]


def main() -> int:
    file, experiment = sys.argv[1:]
    lab, plan = Lab(Path()), read_plan(Path(file))
    case = read_case(lab, plan, experiment)
    titles = analysis_titles(plan.experiments[experiment].spec)
    analyses = {title: read_json(lab.analysis(experiment, title)) for title in titles}
    together = read_json(lab.integration(experiment))
    write_json(lab.quality_review(experiment), quality_review(case, analyses, together, lab.experiment(experiment)))
    return 0


def quality_review(
    case: Case, analyses: Mapping[str, Json], together: Json | None = None, folder: Path | None = None
) -> dict[str, Any]:
    """Objections to each analysis file, by the analyst's name, and to the integration.

    `folder` is the experiment's, in which figures lie. What a file records of its wording is handed on as it is.

    Raises:
        DuplicateFact: two analyses made different facts of one id.
    """
    read = {name: Analysis.model_validate(without_record(data)) for name, data in analyses.items()}
    found = {name: _document(review_analysis(read[name], case.book, folder), data) for name, data in analyses.items()}
    if together is not None:
        texts = integration_texts(Integration.model_validate(without_record(together)))
        found["integration"] = _document(review(texts, merged_book(case, read.values())), together)
    return {
        "schema_version": SCHEMA_VERSION,
        "experiment_id": case.experiment_id,
        "documents": found,
        "passed": all(one["passed"] for one in found.values()),
    }


def _document(objections: Sequence[Objection], data: Json) -> dict[str, Any]:
    record = {"wording": data["wording"]} if "wording" in data else {}
    return {"objections": [one.to_json() for one in objections], "passed": not objections} | record


if __name__ == "__main__":
    sys.exit(main())
