"""Documents in all output formats, written by the real pandoc and typst."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from agents.documents.document import Figure, Paragraph, Section, Table, Verbatim
from agents.documents.document_references import DuplicateId, UnknownPlaceholder
from agents.rendering.formats import FORMATS, NoSuchFormat, render, render_all, typst_source
from agents.rendering.images import MissingImage
from tests.agents.documents.sample_documents import (
    IMAGE,
    MEAN,
    RUNS,
    attack_placeholders,
    book,
    fact,
    folder_with_image,
    full_document,
    short_document,
)

ATTACKS = {
    "html": "<script>alert(1)</script>",
    "image": "![](http://example.org/x.png)",
    "link": "[x](javascript:alert(1))",
    "tex": r"\input{/etc/passwd} $x^2$ 100% #1 ~ ^ & _",
    "typst": '#eval("1+1") #read("/etc/passwd") @label <here> `c` $x$',
    "fence": "```\n#eval(1)\n\\end{verbatim}\\input{x}",
    "quotes": "\" ' } ] ) -- --- {{f:nothing}}",
    "terminal": "\x1b[31mred\x07 \u202eright to left",
    "lone surrogate": "broken \ud800 text",
    "name of an image": '<img src="image-1"',
    "letters": "数 π ≥ − é \u200b 🙂",
}


class Page(HTMLParser):
    """Parser that collects the tags, anchors and text of an HTML page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def find_all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def anchors(self) -> set[str | None]:
        return {attributes["id"] for _, attributes in self.tags if "id" in attributes}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_with_image(tmp_path)


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_document_gives_the_same_bytes(suffix: str, folder: Path) -> None:
    assert render(full_document(), book(), suffix, folder) == render(full_document(), book(), suffix, folder)


def test_all_formats_together_are_the_same_as_each_on_its_own(folder: Path) -> None:
    alone = {suffix: render(full_document(), book(), suffix, folder) for suffix in FORMATS}
    assert render_all(full_document(), book(), folder) == alone


def test_a_text_that_looks_like_the_name_of_an_image_is_not_replaced_by_the_image(folder: Path) -> None:
    document = full_document()
    attack = Paragraph(text='<img src="image-1" `<img src="image-1"`')
    first = document.sections[0].model_copy(update={"blocks": (attack, *document.sections[0].blocks)})
    page = render(document.model_copy(update={"sections": (first,)}), book(), ".html", folder).decode()
    assert page.count("data:image/png;base64,") == len(Page(page.encode()).find_all("img")) == 1
    assert Page(page.encode()).text.count('<img src="image-1"') == 2


@pytest.mark.parametrize("suffix", [".md", ".html", ".tex"])
def test_placeholders_are_replaced_by_values(suffix: str, folder: Path) -> None:
    text = " ".join(render(full_document(), book(), suffix, folder).decode().split())
    for expected in ("A study", "0.951", "accuracy is higher", "Figure 1", "Table 1", "snakemake", "Kingma and Ba"):
        assert expected in text
    assert "{{" not in text


def test_each_number_in_html_links_to_the_entry_of_its_fact(folder: Path) -> None:
    page = Page(render(full_document(), book(), ".html", folder))
    links = [link for link in page.find_all("a") if link.get("class") == "fact"]
    assert {link["data-fact"] for link in links} == {MEAN, *RUNS}
    assert all(link["href"] and link["href"][1:] in page.anchors and link["title"] for link in links)
    assert "results/arm.json (sha256 abababababab)" in page.text
    assert "runs model.lr=0.01,seed=0,1,2" in page.text


def test_the_link_of_a_long_value_may_be_broken_into_lines(folder: Path) -> None:
    long_fact = fact("run[seed=0].checkpoint", "output/" + "x1" * 40, "text")
    facts = book().facts | {long_fact.id: long_fact}
    page = render(short_document(f"{{{{f:{long_fact.id}}}}}"), replace(book(), facts=facts), ".html", folder)
    assert [link["class"] for link in Page(page).find_all("a")] == ["fact long"]


def test_the_targets_of_internal_links_exist(folder: Path) -> None:
    page = Page(render(full_document(), book(), ".html", folder))
    targets = {link["href"][1:] for link in page.find_all("a") if (link["href"] or "").startswith("#")}
    assert targets <= page.anchors
    assert {"exhibit-arms", "exhibit-runs", "work-adam", "verdict-1"} <= targets


def test_an_html_page_is_self_contained(folder: Path) -> None:
    page = Page(render(full_document(), book(), ".html", folder))
    assert all((image["src"] or "").startswith("data:image/png;base64,") for image in page.find_all("img"))
    assert [image["alt"] for image in page.find_all("img")] == ["Points of accuracy"]
    assert page.find_all("link") == page.find_all("script") == []


def test_a_citation_at_the_start_of_a_sentence_has_its_authors_as_subject(folder: Path) -> None:
    text = Page(render(full_document(), book(), ".html", folder)).text
    assert "Kingma and Ba (2015) say how. Others do (Kingma and Ba 2015)" in text


def test_a_pdf_has_no_date_and_its_links_have_targets(folder: Path) -> None:
    pdf = render(full_document(), book(), ".pdf", folder)
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
    assert b"CreationDate" not in pdf
    source = typst_source(full_document(), book(), folder)
    assert set(re.findall(r"#link\(<([^>]+)>\)", source)) <= set(re.findall(r"<([a-z-]+[\w-]*)>", source))


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("suffix", FORMATS)
def test_text_is_escaped_in_every_format(suffix: str, attack: str, folder: Path) -> None:
    text = attack.replace("{", "").replace("}", "").replace("\ud800", "")
    blocks = (
        Paragraph(text="{{spec:hypothesis}}"),
        Paragraph(text=text),
        Table(id="t", caption=text, columns=(text,), rows=((text,), ("{{spec:hypothesis}}",))),
        Verbatim(text=attack.replace("\ud800", "")),
        Figure(id="arms", path=IMAGE, caption=text, alt="{{spec:hypothesis}}"),
    )
    document = short_document().model_copy(
        update={"title": "{{spec:hypothesis}}", "sections": (Section(id="s", title=text, blocks=blocks),)}
    )
    page = render(document, book(hypothesis=attack), suffix, folder)
    if suffix == ".html":
        _assert_harmless_html(page)
    elif suffix == ".tex":
        _assert_harmless_tex(page.decode())
    elif suffix == ".md":
        assert not re.search(r"(?<!\\)<script|(?<!\\)!\[\]\(http", re.sub(r"```.*?```", "", page.decode(), flags=re.S))


def _assert_harmless_html(page: bytes) -> None:
    parsed = Page(page)
    assert parsed.find_all("script") == []
    assert all((image["src"] or "").startswith("data:") for image in parsed.find_all("img"))
    assert all((link["href"] or "").startswith("#") for link in parsed.find_all("a"))


def _assert_harmless_tex(source: str) -> None:
    body = source.partition(r"\begin{document}")[2]
    assert r"\input" not in body
    assert body.count(r"\end{document}") == 1
    assert not re.search(r"(?<!\\)[#%&$](?!\d? *\\\\)", re.sub(r"[^\n]*&[^\n]*\\\\", "", body)), (
        "unescaped special character"
    )


def test_hostile_texts_are_displayed_literally_without_control_characters(folder: Path) -> None:
    document = short_document(*attack_placeholders(len(ATTACKS)))
    text = Page(render(document, book(attack=list(ATTACKS.values())), ".html", folder)).text  # type: ignore[arg-type]
    assert "<script>alert(1)</script>" in text
    assert r"\input{/etc/passwd} $x^2$ 100%" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{{f:arm[model.lr=0.01].accuracy.meen}}", f"did you mean '{MEAN}'?"),
        ("{{v:hypothesys}}", "did you mean 'hypothesis'?"),
        ("{{cite:adams}}", "did you mean 'adam'?"),
        ("{{spec:nothing.there}}", "experiment.json has no value at this path"),
        ("{{ref:figure}}", "the document has no figure and no table of this id"),
        ("{{fact:x}}", "kinds are f, v, cite, spec, ref"),
    ],
    ids=["fact", "verdict", "citation", "path", "figure or table", "kind"],
)
def test_an_unknown_name_raises_an_error_with_the_slot_and_a_suggestion(text: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownPlaceholder, match=re.escape(hint)) as caught:
        render(short_document("fine", text), book(), ".md", tmp_path)
    assert str(caught.value).startswith(f"sections.results.blocks.1.text: {text}")


@pytest.mark.parametrize("path", ["reports/none.png", "../../outside.png"], ids=["absent", "outside"])
def test_an_image_that_is_absent_or_outside_the_folder_is_an_error(path: str, folder: Path) -> None:
    figure = Figure(id="x", path=path, caption="x", alt="x")
    document = short_document().model_copy(update={"sections": (Section(id="s", title="S", blocks=(figure,)),)})
    with pytest.raises(MissingImage, match="figure 'x': there is no"):
        render(document, book(), ".html", folder)


def test_duplicate_section_ids_are_an_error(tmp_path: Path) -> None:
    document = short_document("x").model_copy(update={"sections": short_document("x").sections * 2})
    with pytest.raises(DuplicateId, match="two sections of one level have the id 'results'"):
        render(document, book(), ".md", tmp_path)


def test_an_unknown_format_raises_an_error_that_lists_the_formats(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFormat, match=r"no format '\.docx' \(use one of \.md, \.html, \.tex, \.pdf"):
        render(short_document("x"), book(), ".docx", tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("latexmk") is None, reason="needs latexmk and pdflatex")
def test_latex_compiles_with_hostile_texts(folder: Path) -> None:
    attacks = short_document(*attack_placeholders(len(ATTACKS))).sections[0].model_copy(update={"id": "attacks"})
    document = full_document().model_copy(update={"sections": (*full_document().sections, attacks)})
    source = folder / "reports" / "note.tex"
    source.write_bytes(render(document, book(attack=list(ATTACKS.values())), ".tex", folder))  # type: ignore[arg-type]
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", source.name]
    process = subprocess.run(command, cwd=source.parent, capture_output=True, text=True, errors="replace", check=False)
    assert process.returncode == 0, process.stdout[-2000:]
    assert source.with_suffix(".pdf").is_file()
