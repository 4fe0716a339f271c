"""A small document and the book that its placeholders refer to, for tests of documents and rendering."""

from __future__ import annotations

from pathlib import Path

from agents.context.case import Book
from agents.context.library import Entry
from agents.documents.document import (
    Bullets,
    Document,
    Figure,
    Paragraph,
    Quote,
    Section,
    Table,
    Verbatim,
)
from agents.facts.fact import Fact, Source, by_id
from agents.facts.verdict import Verdict

MEAN = "arm[model.lr=0.01].accuracy.mean"
RUNS = tuple(f"run[model.lr=0.01,seed={seed}].accuracy" for seed in range(3))
IMAGE = "reports/figures/note/arms.png"
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
ADAM = Entry(
    "adam", "inproceedings", "Adam: a Method", ("Kingma, Diederik P.", "Ba, Jimmy"), "2015", "ICLR",
    abstract="We introduce Adam, an algorithm.",
)  # fmt: skip


def fact(name: str, value: float | str | None, unit: str = "share", inputs: tuple[str, ...] = ()) -> Fact:
    source = Source(f"results/{name.partition('[')[0]}.json", "ab" * 32)
    return Fact(
        name,
        value,
        unit,
        max(len(inputs), 1),
        name.rpartition("].")[0] + "]",
        f"label of {name}",
        source,
        "a.b:c",
        inputs,
    )


def book(**spec: str) -> Book:
    runs = [fact(name, 0.95 + index / 1000) for index, name in enumerate(RUNS)]
    metric = fact("test.metric", "accuracy", "text")
    sentence = "With model.lr = 0.01 accuracy is higher than with 0.001 (p = 0.0079)."
    verdict = Verdict("hypothesis", "supported", "accuracy is higher", sentence, ("arm[model.lr=0.01]",), (MEAN,))
    return Book(
        by_id([fact(MEAN, 0.951, inputs=RUNS), *runs, metric]),
        {verdict.id: verdict},
        {"name": "A study"} | spec,
        {"adam": ADAM},
    )


def short_document(*texts: str) -> Document:
    return Document(kind="note", experiment_id="e", title="{{spec:name}}", sections=(section(*texts),))


def section(*texts: str) -> Section:
    return Section(id="results", title="Results", blocks=tuple(Paragraph(text=text) for text in texts))


def attack_placeholders(count: int) -> list[str]:
    """Return placeholders for the first items of the spec's list `attack`, which contains hostile texts."""
    return [f"{{{{spec:attack.{index}}}}}" for index in range(count)]


def full_document() -> Document:
    """Return a document with each kind of block and each kind of placeholder."""
    rows = tuple((str(index), f"{{{{f:{name}}}}}") for index, name in enumerate(RUNS))
    mean = f"The mean {{{{f:test.metric}}}} was {{{{f:{MEAN}}}}}, see {{{{ref:arms}}}} and {{{{ref:runs}}}}."
    blocks = (
        Paragraph(text=mean),
        Paragraph(text="{{v:hypothesis.sentence}} *So* it is **{{v:hypothesis.conclusion}}**: {{v:hypothesis}}."),
        Paragraph(text="{{cite:adam}} say how. Others do {{cite:adam}}, with `{{f:test.metric}}`."),
        Bullets(items=("{{spec:name}}", "plain")),
        Figure(id="arms", path=IMAGE, caption="Every run", alt="Points of {{f:test.metric}}"),
        Table(id="runs", caption="Runs", columns=("Run", "Value"), rows=rows, numeric=(False, True)),
        Quote(text="an algorithm", cite="adam"),
        Verbatim(text="snakemake --cores 2  # builds\n\nproband facts", language="sh"),
    )  # fmt: skip
    inner = Section(id="inner", title="Inner", blocks=(Paragraph(text="Deep."),))
    return Document(
        kind="note",
        experiment_id="e",
        title="{{spec:name}}",
        subtitle="Note",
        authors=("Ada",),
        keywords=("digits",),
        abstract=f"It was {{{{f:{MEAN}}}}}.",
        sections=(Section(id="results", title="Results", blocks=blocks, sections=(inner,)),),
    )


def folder_with_image(root: Path) -> Path:
    """Write the image of the document's figure below the folder of an experiment, and return the folder."""
    image = root / IMAGE
    image.parent.mkdir(parents=True, exist_ok=True)
    image.write_bytes(_PNG)
    return root
