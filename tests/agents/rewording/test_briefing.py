"""The messages of a request contain the prompt and the briefing, and the preview shows exactly these messages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agents.documents.document import Document, Paragraph, Section
from agents.documents.slots import rewordable_slots
from agents.language_model.privacy import Privacy
from agents.rewording.prompting.briefing import briefing
from agents.rewording.prompting.document_parts import document_parts, max_part_length_for
from agents.rewording.prompting.prompts import Prompt, read_prompt
from agents.rewording.request_preview import first_requests, format_requests
from agents.rewording.reword_document import reword_document
from agents.rewording.tools.session import ToolSession
from agents.rewording.tools.tool import Toolbox
from agents.rewording.tools.toolset import make_toolbox
from compiler.steps.prompt_files import ANALYSIS, DEFAULT_WRITER, RULES, prompt_files
from tests.agents.rewording.digit_review import review_digits
from tests.agents.rewording.sample_case import CASE, DOCUMENT, FAST, PROMPT, Model, texts

WRITERS = DEFAULT_WRITER.parent


def test_small_document_is_one_part() -> None:
    assert document_parts(DOCUMENT) == (rewordable_slots(DOCUMENT),)


@pytest.mark.parametrize("length", [10, 3000, 8000, 20_000])
def test_parts_contain_every_text_once_and_in_order(length: int) -> None:
    blocks = tuple(Paragraph(text="a" * length) for _ in range(4))
    sections = tuple(Section(id=name, title=name, blocks=blocks) for name in ("one", "two", "three"))
    document = Document(kind="blog_post", experiment_id="x", title="Title", sections=sections)
    parts = document_parts(document, 9000)
    assert [slot for part in parts for slot in part] == list(rewordable_slots(document))
    assert all(sum(map(len, (*part, *part.values()))) <= 9000 or len(part) == 1 for part in parts)


def test_answer_to_a_part_fits_into_the_token_limit() -> None:
    assert max_part_length_for(1024) < 4 * 1024


def test_briefing_has_facts_verdicts_spec_and_library() -> None:
    data = briefing(rewordable_slots(DOCUMENT), DOCUMENT, CASE.book)
    assert data["verdicts"][0]["words"] == CASE.book.verdicts["hypothesis"].words
    assert data["spec"]["compare"]["metric"] == "accuracy"
    assert data["library"][0]["key"] == "smith2015"
    assert data["exhibits"] == {"arms": "Arms", "curves": "Curves by arm"}
    values = {fact["id"]: fact["value"] for fact in data["facts"]}
    assert values[f"{FAST}.accuracy.mean"] == "0.9500"
    assert not any(fact_id.startswith("run[") for fact_id in values)


def test_fixed_texts_are_surroundings_and_not_requested() -> None:
    data = briefing(rewordable_slots(DOCUMENT), DOCUMENT, CASE.book)
    fixed = "sections.summary.blocks.1.text"
    assert set(data["surroundings"]) == {"title", "sections.summary.title", "sections.results.title", fixed}
    assert fixed not in data["texts"]


def test_fact_of_a_run_is_in_the_briefing_if_a_text_names_it() -> None:
    name = "run[model.lr=0.01,seed=0].failure"
    section = Section(id="a", title="A", blocks=(Paragraph(text=f"It failed: {{{{f:{name}}}}}."),))
    document = DOCUMENT.model_copy(update={"sections": (section,)})
    assert name in {fact["id"] for fact in briefing(rewordable_slots(document), document, CASE.book)["facts"]}


def test_predictions_and_post_hoc_facts_are_marked() -> None:
    marked = replace(CASE.book.facts[f"{FAST}.accuracy.mean"], is_prediction=True, is_post_hoc=True)
    book = replace(CASE.book, facts={**CASE.book.facts, marked.id: marked})
    facts = briefing(rewordable_slots(DOCUMENT), DOCUMENT, book)["facts"]
    (entry,) = (fact for fact in facts if fact["id"] == marked.id)
    assert (entry["prediction"], entry["post_hoc"]) == (True, True)


@pytest.mark.parametrize("tools", [None, make_toolbox(ToolSession(CASE))], ids=["without tools", "with tools"])
def test_preview_shows_exactly_the_requests_that_are_sent(tools: Toolbox | None) -> None:
    model = Model([texts()] * 9)
    reword_document(DOCUMENT, CASE, PROMPT, model, review_digits, tools, max_part_length=110)
    assert first_requests(DOCUMENT, CASE, PROMPT, Privacy(), tools, max_part_length=110) == tuple(model.requests)
    assert len(model.requests) > 1


def test_preview_has_passed_the_privacy_filter() -> None:
    privacy = Privacy(patterns=("Learning rate on digits",))
    requests = first_requests(DOCUMENT, CASE, PROMPT, privacy, make_toolbox(ToolSession(CASE)))
    preview = format_requests("blog_post", requests)
    assert preview.startswith("# blog_post: request 1 of 1\n\n## system\n\nReword the texts.")
    assert '"name":"<private>"' in preview or '"name":"\\u003cprivate' in preview
    assert "Learning rate on digits" not in preview
    functions = [json.loads(line)["name"] for line in preview.partition("## functions\n\n")[2].splitlines() if line]
    assert functions == ["query_facts", "derive_fact", "read_spec", "read_genealogy"]


WRITER_NAMES = ["technical_report", "blog_post", "paper_draft", "writer_without_prompt"]


@pytest.mark.parametrize("writer", WRITER_NAMES)
def test_every_writer_has_a_prompt_that_starts_with_the_rules(writer: str) -> None:
    files = prompt_files(WRITERS / f"{writer}.py")
    prompt = read_prompt(files)
    assert files[0] == RULES
    assert prompt.text.startswith(RULES.read_text(encoding="utf-8").strip())
    assert prompt.name == (writer if writer != "writer_without_prompt" else "writer")
    assert "# This document" in prompt.text


def test_analyses_have_a_prompt() -> None:
    assert "an analysis" in read_prompt(prompt_files(ANALYSIS.parent / "x.py", ANALYSIS)).text


def test_rules_show_a_valid_example_answer() -> None:
    example = RULES.read_text(encoding="utf-8").partition('    {"texts"')[2].partition("\n")[0]
    assert json.loads('{"texts"' + example.replace(", …", ""))


def test_writer_of_a_lab_has_its_own_prompt(tmp_path: Path) -> None:
    (tmp_path / "poem.prompt.md").write_text("In verse.\n", encoding="utf-8")
    prompt = read_prompt(prompt_files(tmp_path / "poem.py"))
    assert prompt.name == "poem"
    assert prompt.text.endswith("\n\nIn verse.")


def test_version_of_a_prompt_depends_on_its_text_only() -> None:
    assert Prompt("x", "a").version != Prompt("x", "b").version
    assert Prompt("x", "a").version == Prompt("y", "a").version
