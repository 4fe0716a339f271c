"""Real pandoc and real typst: what stands on the pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from papers import IMAGE, MEAN, RUNS, attacked, book, everything, folder_with_image, note

from agents.documents.document import Figure, Paragraph, Section, Table, Verbatim
from agents.documents.document_references import DuplicateId, UnknownPlaceholder
from agents.rendering.formats import FORMATS, NoSuchFormat, render, typst_source
from agents.rendering.images import MissingImage

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
    "letters": "数 π ≥ − é \u200b 🙂",
}


class Page(HTMLParser):
    """The tags of a page, the targets in it and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def anchors(self) -> set[str | None]:
        return {attributes["id"] for _, attributes in self.tags if "id" in attributes}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_with_image(tmp_path)


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_document_gives_the_same_bytes(suffix: str, folder: Path) -> None:
    assert render(everything(), book(), suffix, folder) == render(everything(), book(), suffix, folder)


@pytest.mark.parametrize("suffix", [".md", ".html", ".tex"])
def test_values_stand_where_placeholders_stood(suffix: str, folder: Path) -> None:
    text = " ".join(render(everything(), book(), suffix, folder).decode().split())
    for expected in ("A study", "0.951", "accuracy is higher", "Figure 1", "Table 1", "snakemake", "Kingma and Ba"):
        assert expected in text
    assert "{{" not in text


def test_each_number_of_a_page_is_a_link_to_its_fact(folder: Path) -> None:
    page = Page(render(everything(), book(), ".html", folder))
    links = [one for one in page.all("a") if one.get("class") == "fact"]
    assert {one["data-fact"] for one in links} == {MEAN, *RUNS}
    assert all(one["href"] and one["href"][1:] in page.anchors and one["title"] for one in links)
    assert "results/arm.json (sha256 abababababab)" in page.text
    assert "runs model.lr=0.01,seed=0,1,2" in page.text


def test_links_within_a_page_lead_somewhere(folder: Path) -> None:
    page = Page(render(everything(), book(), ".html", folder))
    inner = {one["href"][1:] for one in page.all("a") if (one["href"] or "").startswith("#")}
    assert inner <= page.anchors
    assert {"exhibit-arms", "exhibit-runs", "work-adam", "verdict-1"} <= inner


def test_a_page_needs_nothing_beside_it(folder: Path) -> None:
    page = Page(render(everything(), book(), ".html", folder))
    assert all((image["src"] or "").startswith("data:image/png;base64,") for image in page.all("img"))
    assert [image["alt"] for image in page.all("img")] == ["Points of accuracy"]
    assert page.all("link") == page.all("script") == []


def test_authors_are_the_subject_where_a_citation_begins_a_sentence(folder: Path) -> None:
    text = Page(render(everything(), book(), ".html", folder)).text
    assert "Kingma and Ba (2015) say how. Others do (Kingma and Ba 2015)" in text


def test_pages_of_a_pdf(folder: Path) -> None:
    pdf = render(everything(), book(), ".pdf", folder)
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
    assert b"CreationDate" not in pdf
    source = typst_source(everything(), book(), folder)
    assert set(re.findall(r"#link\(<([^>]+)>\)", source)) <= set(re.findall(r"<([a-z-]+[\w-]*)>", source))


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("suffix", FORMATS)
def test_text_is_never_markup(suffix: str, attack: str, folder: Path) -> None:
    text = attack.replace("{", "").replace("}", "").replace("\ud800", "")
    blocks = (
        Paragraph(text="{{spec:hypothesis}}"),
        Paragraph(text=text),
        Table(id="t", caption=text, columns=(text,), rows=((text,), ("{{spec:hypothesis}}",))),
        Verbatim(text=attack.replace("\ud800", "")),
        Figure(id="arms", path=IMAGE, caption=text, alt="{{spec:hypothesis}}"),
    )
    document = note().model_copy(
        update={"title": "{{spec:hypothesis}}", "sections": (Section(id="s", title=text, blocks=blocks),)}
    )
    page = render(document, book(hypothesis=attack), suffix, folder)
    if suffix == ".html":
        _is_harmless_html(page)
    elif suffix == ".tex":
        _is_harmless_tex(page.decode())
    elif suffix == ".md":
        assert not re.search(r"(?<!\\)<script|(?<!\\)!\[\]\(http", re.sub(r"```.*?```", "", page.decode(), flags=re.S))


def _is_harmless_html(page: bytes) -> None:
    found = Page(page)
    assert found.all("script") == []
    assert all((image["src"] or "").startswith("data:") for image in found.all("img"))
    assert all((link["href"] or "").startswith("#") for link in found.all("a"))


def _is_harmless_tex(source: str) -> None:
    body = source.partition(r"\begin{document}")[2]
    assert r"\input" not in body
    assert body.count(r"\end{document}") == 1
    assert not re.search(r"(?<!\\)[#%&$](?!\d? *\\\\)", re.sub(r"[^\n]*&[^\n]*\\\\", "", body)), "an unescaped special"


def test_every_attack_leaves_the_page_readable(folder: Path) -> None:
    document = note(*attacked(len(ATTACKS)))
    shown = Page(render(document, book(attack=list(ATTACKS.values())), ".html", folder)).text  # type: ignore[arg-type]
    assert "<script>alert(1)</script>" in shown
    assert r"\input{/etc/passwd} $x^2$ 100%" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


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
    ids=["fact", "verdict", "citation", "path", "exhibit", "kind"],
)
def test_a_name_of_nothing_is_told_with_its_place(text: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownPlaceholder, match=re.escape(hint)) as caught:
        render(note("fine", text), book(), ".md", tmp_path)
    assert str(caught.value).startswith(f"sections.results.blocks.1.text: {text}")


@pytest.mark.parametrize("path", ["reports/none.png", "../../outside.png"], ids=["absent", "outside"])
def test_an_image_must_lie_in_the_folder(path: str, folder: Path) -> None:
    figure = Figure(id="x", path=path, caption="x", alt="x")
    document = note().model_copy(update={"sections": (Section(id="s", title="S", blocks=(figure,)),)})
    with pytest.raises(MissingImage, match="figure 'x': there is no"):
        render(document, book(), ".html", folder)


def test_parts_have_ids_of_their_own(tmp_path: Path) -> None:
    twice = note("x").model_copy(update={"sections": note("x").sections * 2})
    with pytest.raises(DuplicateId, match="two sections of one level have the id 'results'"):
        render(twice, book(), ".md", tmp_path)


def test_a_format_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFormat, match=r"no format '\.docx' \(use one of \.md, \.html, \.tex, \.pdf"):
        render(note("x"), book(), ".docx", tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("latexmk") is None, reason="needs latexmk and pdflatex")
def test_latex_compiles_whatever_the_text_holds(folder: Path) -> None:
    attacks = note(*attacked(len(ATTACKS))).sections[0].model_copy(update={"id": "attacks"})
    whole = everything().model_copy(update={"sections": (*everything().sections, attacks)})
    source = folder / "reports" / "note.tex"
    source.write_bytes(render(whole, book(attack=list(ATTACKS.values())), ".tex", folder))  # type: ignore[arg-type]
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", source.name]
    done = subprocess.run(command, cwd=source.parent, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert source.with_suffix(".pdf").is_file()
