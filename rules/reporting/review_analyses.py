"""Review the analyses of an experiment and their integration."""

from __future__ import annotations

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
from rules.reporting.analysis_files import without_rewording

SCHEMA_VERSION = 1
Json = Mapping[str, Any]


def review_analyses(
    case: Case, contents: Mapping[str, Json], integration: Json | None = None, folder: Path | None = None
) -> dict[str, Any]:
    """Return the objections to each analysis and to the integration, and whether there are none.

    Args:
        contents: the content of each analysis file by the analyst's name.
        integration: the content of the integration file.
        folder: the folder of the experiment, which contains the figures.

    Raises:
        DuplicateFact: two analyses contain different facts with the same id.
    """
    analyses = {name: Analysis.model_validate(without_rewording(content)) for name, content in contents.items()}
    documents = {
        name: _document(review_analysis(analysis, case.book, folder), contents[name])
        for name, analysis in analyses.items()
    }
    if integration is not None:
        texts = integration_texts(Integration.model_validate(without_rewording(integration)))
        objections = review(texts, merged_book(case, analyses.values()))
        documents["integration"] = _document(objections, integration)
    return {
        "schema_version": SCHEMA_VERSION,
        "experiment_id": case.experiment_id,
        "documents": documents,
        "passed": all(document["passed"] for document in documents.values()),
    }


def _document(objections: Sequence[Objection], content: Json) -> dict[str, Any]:
    """Return the entry of a document. The decisions on its reworded texts are copied from its file."""
    decisions = {"wording": content["wording"]} if "wording" in content else {}
    return {"objections": [objection.to_json() for objection in objections], "passed": not objections} | decisions
