"""The texts of a package state the outcome as it is, invent nothing, and cannot be broken by a spec."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from huggingface_hub import ModelCard

from agents.review.finished_text_review import check_text
from lab.publication.contents.authors import NOT_NAMED, Author, authors
from lab.publication.contents.best_checkpoint import BestCheckpoint
from lab.publication.contents.checklist_items import checklist_items
from lab.publication.contents.citation import citation_cff, zenodo_json
from lab.publication.contents.model_card import model_card
from lab.publication.contents.plain_text import plain
from lab.publication.contents.readme import readme
from lab.publication.contents.tables import tables
from rules.results.content.checks import DeliverableSummary
from rules.results.content.summary import MetricSummary
from tests.lab.publication.made_material import SENTENCE, material

BEST = BestCheckpoint(
    "a" * 12, "accuracy", 0.75, {"lr": 0.1}, 2, MetricSummary(0.7, 0.05, 3), "test", "Net", "Digits", {}
)
HOSTILE = 'R&D: "50 % <script>alert(1)</script>"\n# Verdict: *supported* {{f:x}} \u202e \\textbf `x`'


@pytest.mark.parametrize("verdict", ["refuted", "inconclusive", "untestable"])
def test_every_text_states_a_verdict_that_the_authors_did_not_want(tmp_path: Path, verdict: str) -> None:
    study = material(tmp_path, verdict)
    texts = [readme(study, []), model_card(study, BEST, False), citation_cff(study), zenodo_json(study)]
    for text in (" ".join(content.decode().replace("*", "").split()) for content in texts):
        assert f"The verdict on the registered hypothesis is {verdict}" in text
        assert SENTENCE in text
        assert "1 of 2 runs completed, and 1 failed" in text
        assert "hypothesis was: \u201cA rate of 0.1 is better.\u201d" in text


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        pytest.param(("lr=0.1",), "The only run completed.", id="one run"),
        pytest.param(("=cmd",), "The only run failed.", id="one failed run"),
        pytest.param(("lr=0.1", "lr=0.2"), "All 2 runs completed.", id="two runs"),
        pytest.param(("lr=0.1", "=cmd"), "1 of 2 runs completed, and 1 failed.", id="one of two"),
    ],
)
def test_readme_counts_the_runs(tmp_path: Path, kept: tuple[str, ...], sentence: str) -> None:
    study = material(tmp_path)
    completed, failed = study.results.runs
    runs = (completed, replace(completed, point="lr=0.2", run_id="c" * 12), failed)
    results = replace(study.results, runs=tuple(run for run in runs if run.point in kept))
    assert f"- {sentence}\n" in readme(replace(study, results=results), []).decode()


def test_study_without_a_test_has_no_verdict(tmp_path: Path) -> None:
    assert "No test was registered" in readme(material(tmp_path, None), []).decode()


def test_exploratory_study_without_a_test_and_unmet_deliverables_are_stated(tmp_path: Path) -> None:
    study = material(tmp_path, None, exploratory=True)
    summary = DeliverableSummary("", "missed", False, False, "max_gap", "0.2 > 0.1")
    results = replace(study.results, deliverables_status={"gap": summary, "plot": replace(summary, validated=True)})
    text = readme(replace(study, results=results), []).decode()
    declared = "- The spec declares the experiment as exploratory.\n"
    unmet = "- Not all deliverables are met; `tables/deliverables.csv` states which.\n"
    assert declared in text
    assert unmet in text
    assert not check_text(declared + unmet, study.book, "README.md")
    assert "deliverables are met" not in readme(study, []).decode()


def test_closed_gate_is_stated_and_must_be_answered(tmp_path: Path) -> None:
    study = material(tmp_path, closed="not written")
    assert "The validation gate is closed" in readme(study, []).decode()
    method = next(item for item in checklist_items(study, {}) if item.id == "method")
    assert [tick.statement for tick in method.ticks if not tick.holds] == [
        "1 of 2 runs failed",
        "The validation gate is closed",
    ]


def test_missing_licence_and_authors_are_stated_and_not_invented(tmp_path: Path) -> None:
    study = material(tmp_path)
    assert "no right to use the files is granted" in readme(study, ["CITATION.cff"]).decode()
    assert "none is granted here" in model_card(study, BEST, False).decode()
    citation = yaml.safe_load(citation_cff(study))
    assert citation["authors"] == [{"name": NOT_NAMED}]
    assert "license" not in citation
    rights = next(item for item in checklist_items(study, {}) if item.id == "rights")
    assert [tick.holds for tick in rights.ticks] == [False, False]
    assert rights.is_open


@pytest.mark.parametrize(
    ("researcher", "expected"),
    [
        (None, []),
        ("", []),
        ("Ada Lovelace", [Author("Ada Lovelace")]),
        ("Ada <ada@lab.org>; Li", [Author("Ada", "ada@lab.org"), Author("Li")]),
        ("<ada@lab.org>", []),
    ],
)
def test_authors_of_a_spec(tmp_path: Path, researcher: str | None, expected: list[Author]) -> None:
    assert authors(material(tmp_path, metadata={"researcher": researcher})) == expected


def test_address_of_an_author_is_only_in_the_citation(tmp_path: Path) -> None:
    study = material(tmp_path, metadata={"researcher": "Ada <ada@lab.org>"})
    assert yaml.safe_load(citation_cff(study))["authors"] == [{"name": "Ada", "email": "ada@lab.org"}]
    assert b"ada@lab.org" not in readme(study, []) + zenodo_json(study) + model_card(study, BEST, True)


def test_hostile_texts_of_a_spec_stay_data(tmp_path: Path) -> None:
    study = material(tmp_path, name=HOSTILE, hypothesis=HOSTILE, metadata={"researcher": HOSTILE, "tags": [HOSTILE]})
    citation = yaml.safe_load(citation_cff(study))
    assert citation["title"].startswith('R&D: "50 % <script>')
    assert "<script>" not in json.loads(zenodo_json(study))["description"]
    for text in (readme(study, []).decode(), model_card(study, BEST, False).decode()):
        body = text.rpartition("---\n")[2]
        assert "<script>" not in body.replace(r"\<script\>", "")
        assert "\n# Verdict" not in body
        assert "\u202e" not in text
    assert ModelCard(model_card(study, BEST, False).decode()).data.tags == [plain(HOSTILE)]


def test_model_card_has_n_and_sd_and_states_the_selection(tmp_path: Path) -> None:
    card = model_card(material(tmp_path), BEST, True).decode()
    of_checkpoint, of_arm = ModelCard(card).data.eval_results
    assert (of_checkpoint.metric_value, of_checkpoint.metric_args) == (0.75, {"selected_among_runs": 2})
    assert (of_arm.metric_value, of_arm.metric_args) == (0.7, {"n": 3, "sd": 0.05})
    assert "subject to selection bias" in card
    assert "digits: CC-BY-4.0\nown: not declared" in card


def test_single_run_has_no_standard_deviation(tmp_path: Path) -> None:
    single = replace(BEST, candidates=1, arm=MetricSummary(0.75, None, 1))
    card = model_card(material(tmp_path), single, True).decode()
    assert ModelCard(card).data.eval_results[1].metric_args == {"n": 1}
    assert "a single run has no SD" in card
    assert "selected among" not in card


def test_cells_of_tables_are_no_formulas_and_keep_failed_runs(tmp_path: Path) -> None:
    runs = dict(tables(material(tmp_path)))["tables/runs.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(runs)))
    assert [(row["point"], row["lr"], row["status"]) for row in rows] == [
        ("lr=0.1", "0.1", "completed"),
        ("'=cmd", "'=1+1", "failed"),
    ]
    assert rows[1]["accuracy"] == ""
