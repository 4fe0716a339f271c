"""Parts of the review: alignment of values with names, number lexer, objections, quotations, files."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from review_exam import correct_document, exam_book
from rich.console import Console

from agents.review.check_file import UnreadableText, check_file
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
        pytest.param("A a B b", "", id="each value after its name"),
        pytest.param("a A b B", "", id="each value before its name"),
        pytest.param("A B a b", "", id="names, then values"),
        pytest.param("A b B a", "a", id="swapped after each name: the first value fits the next name"),
        pytest.param("A B b a", "ba", id="names, then swapped values"),
        pytest.param("A a a B b b", "", id="several values for each name"),
        pytest.param("a b", "", id="no names"),
        pytest.param("A b", "b", id="value of another name"),
    ],
)
def test_misplaced_values_are_found(order: str, wrong: str) -> None:
    """An upper-case letter is a name. The same letter in lower case is a value that belongs to the name."""
    mentions = [
        Mention(index, index + 1, letter.lower(), letter.isupper()) for index, letter in enumerate(order.split())
    ]
    assert "".join(value.of for value in misplaced(mentions, str.__eq__)) == wrong


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
        pytest.param(f"1e{'9' * 40} and 0.{'1' * 400}", [1e200, 1 / 9], id="very large and very long"),
    ],
)
def test_numbers_have_the_values_that_are_written(text: str, values: list[float | None]) -> None:
    lexed = [number.value for number in numbers(Passage("text", text))]
    assert lexed == (values if None in values else pytest.approx(values))


def test_objection_has_slot_line_and_column() -> None:
    objection = review({"summary": "The runs were made.\nThe rate is  bet\u00adter."}, BOOK)[0]
    position = (objection.slot, objection.line, objection.column)
    assert (*position, objection.span, objection.rule) == ("summary", 2, 14, "bet\u00adter", "comparative")


def test_objections_are_printed_as_table_and_as_json() -> None:
    objections = review({"summary": "[bold]Five[/bold] runs"}, BOOK)
    output = io.StringIO()
    Console(file=output, width=200).print(objections_table(objections))
    assert "number_word" in output.getvalue()
    assert objections_json(objections)[0].keys() == {"slot", "line", "column", "span", "rule", "reason"}


def test_quotation_is_a_sequence_of_whole_words() -> None:
    assert is_verbatim("two\n  words here", "these two words here")
    assert not is_verbatim("wo words here", "these two words here")


def test_files_are_checked_by_their_kind(tmp_path: Path) -> None:
    text, template, document = tmp_path / "a.md", tmp_path / "b.md", tmp_path / "c.json"
    text.write_text("# Result\n\nThe mean was 0.42.\n", encoding="utf-8")
    template.write_text("# Result\n\nThe mean was {{f:experiment.runs}}, or 15.\n", encoding="utf-8")
    document.write_text(json.dumps(correct_document()), encoding="utf-8")
    assert [(item.line, item.column, item.span) for item in check_file(text, BOOK)] == [(3, 14, "0.42")]
    assert [(item.line, item.span) for item in check_file(template, BOOK, template=True)] == [(3, "15")]
    assert check_file(document, BOOK) == []
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"document": json.loads(document.read_text())}), encoding="utf-8")
    assert check_file(report, BOOK) == []


def test_html_is_checked_without_its_tags(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<style>p {width: 37px}</style><p>Of <b>15</b> runs, <code>6769827cfd95</code></p><img alt="ends at 0.42">',
        encoding="utf-8",
    )
    assert [objection.span for objection in check_file(page, BOOK)] == ["0.42"]


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"{", b"[1]"], ids=["not UTF-8", "not JSON", "not a document"])
def test_unreadable_file_is_reported_with_its_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(content)
    with pytest.raises(UnreadableText, match=r"broken\.json"):
        check_file(file, BOOK)
