"""Read the exam of the quality review from `corpus/`: a book, texts to reject, and texts to accept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from agents.context.case import Book
from agents.context.library import Entry
from agents.documents.document import Document
from agents.facts.fact import Fact, Source
from agents.facts.verdict import Verdict

CORPUS = Path(__file__).parent / "corpus"
SOURCE = Source("results/experiments/digits_lr/results.json", "0" * 64)


class BadText(NamedTuple):
    id: str
    rule: str  # the rule that must object; objections of other rules do not count
    text: str


class CorrectText(NamedTuple):
    id: str
    text: str


def read(name: str) -> Any:
    return yaml.safe_load((CORPUS / f"{name}.yaml").read_text(encoding="utf-8"))


def exam_book() -> Book:
    data = read("book")
    facts = [_fact(*row) for row in data["facts"]] + [_fact(*row, is_prediction=True) for row in data["predictions"]]
    verdicts = [Verdict(**{**row, "subjects": tuple(row["subjects"]), "facts": ()}) for row in data["verdicts"]]
    return Book(
        facts={fact.id: fact for fact in facts},
        verdicts={verdict.id: verdict for verdict in verdicts},
        spec=data["spec"],
        library={row["key"]: Entry(**{**row, "authors": tuple(row["authors"])}) for row in data["library"]},
    )


def _fact(id: str, value: Any, unit: str, subject: str, *, is_prediction: bool = False) -> Fact:
    return Fact(id, value, unit, 1, subject, id, SOURCE, "tests:exam", is_prediction=is_prediction)


def bad_templates() -> list[BadText]:
    return [BadText(f"{group}: {id}", rule, text) for group, rows in read("bad").items() for id, rule, text in rows]


def correct_templates() -> list[CorrectText]:
    return [CorrectText(f"{group}: {id}", text) for group, rows in read("correct").items() for id, text in rows]


def correct_document() -> dict[str, Any]:
    level, mean = "{{f:arm[model.lr=0.01].level}}", "{{f:arm[model.lr=0.01].accuracy.mean}}"
    control, other = "{{f:arm[model.lr=0.001].level}}", "{{f:arm[model.lr=0.001].accuracy.mean}}"
    quoted = "The learning rate is the most important hyper-parameter to tune."
    curves = {"id": "curves", "path": "analysis/curves.png", "caption": "Accuracy by epoch", "alt": "Lines"}
    blocks = [
        {"kind": "paragraph", "text": "{{ref:curves}} shows the curves, and {{ref:arms}} lists the arms."},
        {"kind": "figure", **curves},
        {
            "kind": "table",
            "id": "arms",
            "caption": "The arms",
            "columns": ["Level", "Mean accuracy"],
            "rows": [[level, mean], [control, other]],
        },
        {"kind": "bullets", "items": ["{{v:hypothesis.sentence}}", "Further seeds are needed."]},
        {"kind": "quote", "text": quoted, "cite": "smith2015rates"},
        {"kind": "verbatim", "text": "$ snakemake --cores 2"},
    ]
    return {
        "kind": "technical_report",
        "experiment_id": "digits_lr",
        "title": "{{spec:name}}",
        "subtitle": "A technical report",
        "abstract": "We asked: {{spec:research_question}}",
        "keywords": ["learning rate"],
        "sections": [{"id": "results", "title": "Results", "blocks": blocks}],
    }


def bad_documents() -> Iterator[tuple[str, str, Document]]:
    """Yield id, rule and the correct document with one part changed."""
    for id, rule, path, value in read("documents"):
        data = correct_document()
        node: Any = data
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = value
        yield f"documents: {id}", rule, Document.model_validate(data)
