"""The shipped library is valid, broken entries are reported, and works are matched by topic."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.context.citations import quotable_sentence, related_works
from agents.context.library import BrokenLibrary, Entry, read_library
from agents.review.text.verbatim import is_verbatim
from compiler.base.paths import ENGINE

SHIPPED = sorted((ENGINE / "conf/library").glob("*.bib"))
ENTRY = Entry("k", "article", "T", ("A, B",), "2000", abstract="First  one.\nA second sentence on Dropout. Third.")


def test_shipped_library_is_valid() -> None:
    library = read_library(SHIPPED)
    assert library["kingma2015adam"].authors == ("Kingma, Diederik P.", "Ba, Jimmy")
    assert library["pedregosa2011scikit"].authors[1] == "Varoquaux, Gaël"
    assert all(entry.keywords and entry.year.isdecimal() for entry in library.values())
    assert all("{" not in entry.title for entry in library.values())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("@article{a, title={T}, year={1}}", "x.bib:1: 'a' has no author"),
        ("\n\n@article{a, author={A}, title={T}}", "x.bib:3: 'a' has no year"),
        ("@article{a, author={A}, title={T, year={1}\n@article{b, author={A}}", "x.bib:1: not a BibTeX entry"),
        ("@misc{a, author={A}, title={T}, year={1}}\n" * 2, "x.bib:2: not a BibTeX entry: Duplicate entry key 'a'"),
    ],
    ids=["no author", "no year", "unclosed brace", "duplicate key"],
)
def test_broken_entry_is_reported_with_its_line(text: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "x.bib"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenLibrary) as caught:
        read_library([file])
    assert problem in str(caught.value)


def test_duplicate_key_is_rejected(tmp_path: Path) -> None:
    for name in ("a.bib", "b.bib"):
        (tmp_path / name).write_text("@misc{k, author={A}, title={T}, year={1}}", encoding="utf-8")
    with pytest.raises(BrokenLibrary, match=r"b\.bib:1: 'k' is the key of two entries \(rename one\)"):
        read_library(sorted(tmp_path.glob("*.bib")))


def test_only_http_addresses_are_kept_as_url(tmp_path: Path) -> None:
    file = tmp_path / "x.bib"
    file.write_text("@misc{k, author={A}, title={T}, year={1}, url={javascript:alert(1)}}", encoding="utf-8")
    assert read_library([file])["k"].url == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A second sentence", True),
        ("First one. A second", True),
        ("first one", False),
        ("econd sentence", False),
        ("A second … Dropout", False),
        ("", False),
    ],
    ids=["span", "white space", "case", "part of a word", "ellipsis", "empty"],
)
def test_quotation_must_be_verbatim(text: str, expected: bool) -> None:
    assert is_verbatim(text, ENTRY.abstract) is expected


@pytest.mark.parametrize(("keyword", "expected"), [("dropout", "A second sentence on Dropout."), ("x", "First  one.")])
def test_quoted_sentence_has_the_keyword_or_is_the_first(keyword: str, expected: str) -> None:
    quoted = quotable_sentence(ENTRY, keyword)
    assert quoted == expected
    assert is_verbatim(quoted, ENTRY.abstract)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"sweep": {"model.lr": "1,2"}}, "learning rate"),
        ({"metadata": {"tags": ["learning-rates"]}}, "learning rate"),
        ({"hypothesis": "A learning rate of 0.01 helps."}, "learning rate"),
        ({"sweep": {"model.learned": "1"}, "hypothesis": "The rate of learning"}, None),
        ({"sweep": {"seed": "range(5)"}}, "random seeds"),
        ({"points": [{"overrides": {"seed": 1}}]}, "random seeds"),
        ({"compare": {"metric": "accuracy"}}, "statistical testing"),
        ({}, None),
    ],
    ids=["swept key", "tag", "hypothesis", "other word order", "seeds", "points", "test", "empty spec"],
)
def test_works_are_matched_by_a_keyword_of_the_spec(spec: dict[str, object], expected: str | None) -> None:
    works = [
        Entry(keyword, "misc", "T", (), "1", keywords=(keyword,))
        for keyword in ("learning rate", "random seeds", "statistical testing")
    ]
    assert [keyword for _, keyword in related_works(works, spec)] == ([expected] if expected else [])
