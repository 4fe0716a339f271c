"""The rules' own corners: folding, alignment, numbers as written, tables of findings, files."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from review_exam import exam_book, sound_document
from rich.console import Console

from agents.review.check import UnreadableText, check
from agents.review.lexicon.number_lexer import numbers
from agents.review.template_review import review
from agents.review.text.mention_alignment import Mention, misplaced
from agents.review.text.objection import objections_json, objections_table
from agents.review.text.passage import Passage
from agents.review.text.verbatim import is_verbatim

BOOK = exam_book()


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        pytest.param("A a B b", "", id="in turn"),
        pytest.param("a A b B", "", id="values first"),
        pytest.param("A B a b", "", id="names, then values"),
        pytest.param("A b B a", "a", id="swapped in turn: the first could belong to the next"),
        pytest.param("A B b a", "ba", id="swapped in order"),
        pytest.param("A a a B b b", "", id="several values each"),
        pytest.param("a b", "", id="nobody is named"),
        pytest.param("A b", "b", id="of another"),
    ],
)
def test_values_stand_by_their_names(order: str, wrong: str) -> None:
    mentions = [Mention(place, place + 1, one.lower(), one.isupper()) for place, one in enumerate(order.split())]
    assert "".join(one.of for one in misplaced(mentions, str.__eq__)) == wrong


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("0.95 and .5", [0.95, 0.5], id="decimals"),
        pytest.param("12,500 models", [12500.0], id="thousands"),
        pytest.param("3.2e-7", [3.2e-7], id="exponent"),
        pytest.param("from -0.5 to 0.04–0.09", [-0.5, 0.04, 0.09], id="signs and ranges"),
        pytest.param("٠٫٩٥", [0.95], id="arabic digits"),
        pytest.param("twenty-five runs", [25.0], id="words"),
        pytest.param("½ of it", [None], id="a fraction"),
        pytest.param("Figure 2, Tables 1 and 3, on 2026-11-24", [], id="numbering and dates"),
        pytest.param(f"1e{'9' * 40} and 0.{'1' * 400}", [1e200, 1 / 9], id="absurdly large and long"),
    ],
)
def test_numbers_are_read_as_written(text: str, values: list[float | None]) -> None:
    found = [one.value for one in numbers(Passage("text", text))]
    assert found == pytest.approx(values) if None not in values else found == values


def test_an_objection_says_where() -> None:
    one = review({"summary": "The runs were made.\nThe rate is  bet\u00adter."}, BOOK)[0]
    assert (one.slot, one.line, one.column, one.span, one.rule) == ("summary", 2, 14, "bet\u00adter", "comparative")


def test_objections_are_shown_and_told() -> None:
    objections = review({"summary": "[bold]Five[/bold] runs"}, BOOK)
    page = Console(file=io.StringIO(), width=200)
    page.print(objections_table(objections))
    assert "number_word" in page.file.getvalue()  # type: ignore[attr-defined]
    assert objections_json(objections)[0].keys() == {"slot", "line", "column", "span", "rule", "reason"}


def test_a_quotation_is_a_run_of_whole_words() -> None:
    assert is_verbatim("two\n  words here", "these two words here")
    assert not is_verbatim("wo words here", "these two words here")


def test_files_are_checked_by_what_they_are(tmp_path: Path) -> None:
    text, template, document = tmp_path / "a.md", tmp_path / "b.md", tmp_path / "c.json"
    text.write_text("# Result\n\nThe mean was 0.42.\n", encoding="utf-8")
    template.write_text("# Result\n\nThe mean was {{f:experiment.runs}}, or 15.\n", encoding="utf-8")
    document.write_text(json.dumps(sound_document()), encoding="utf-8")
    assert [(one.line, one.column, one.span) for one in check(text, BOOK)] == [(3, 14, "0.42")]
    assert [(one.line, one.span) for one in check(template, BOOK, template=True)] == [(3, "15")]
    assert check(document, BOOK) == []
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"document": json.loads(document.read_text())}), encoding="utf-8")
    assert check(report, BOOK) == []


def test_html_is_read_without_its_tags(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<style>p {width: 37px}</style><p>Of <b>15</b> runs, <code>6769827cfd95</code></p><img alt="ends at 0.42">',
        encoding="utf-8",
    )
    assert [one.span for one in check(page, BOOK)] == ["0.42"]


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"{", b"[1]"], ids=["not UTF-8", "not JSON", "no document"])
def test_a_file_that_is_no_text_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(content)
    with pytest.raises(UnreadableText, match=r"broken\.json"):
        check(file, BOOK)
