"""The blog post: the same evidence for readers outside the field, as a story with pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.analysis import Analysis
from agents.case import Case
from agents.documents.document import Block, Bullets, Document, Paragraph, Section
from agents.writers.arms_table import arms_in_prose
from agents.writers.evidence import HYPOTHESIS, Evidence, fact, ref, spec, verdict
from agents.writers.findings import exhibits
from agents.writers.front import document, scale
from agents.writers.honesty import failures, looked_at, promises, registered, required, standing
from agents.writers.results import figures

_NAME = "blog_post"
_PICTURES = 2  # of the analysts'; a story is not an album


def write(case: Case, analyses: Sequence[Analysis], _: Mapping[str, Any] | None) -> Document:
    evidence = Evidence(case)
    told = {
        "question": ("The question", _question(evidence)),
        "done": ("What was done", _done(evidence)),
        "found": ("What came out", _found(evidence, analyses)),
        "means": ("What it means", _means(evidence)),
        "not-means": ("What it does not mean", _caveats(evidence)),
        "check": ("Check it yourself", _check()),
    }
    sections = (Section(id=name, title=title, blocks=tuple(blocks)) for name, (title, blocks) in told.items())
    return document(evidence, _NAME, _subtitle(evidence), sections)


def _subtitle(evidence: Evidence) -> str:
    return spec("research_question") if evidence.told("research_question") else "An experiment and what came of it"


def _question(evidence: Evidence) -> Iterator[Block]:
    if evidence.told("description"):
        yield Paragraph(text=spec("description"))
    if evidence.told("hypothesis"):
        yield Paragraph(
            text="A claim is worth something when it is on paper while nobody knows the outcome. This claim "
            f"was: “{spec('hypothesis')}”"
        )
    if evidence.told("rationale"):
        yield Paragraph(text=f"Why would anyone expect that? In the words of its authors: “{spec('rationale')}”")


def _done(evidence: Evidence) -> Iterator[Block]:
    yield Paragraph(text=f"A computer model was trained, again and again, in {scale(evidence)}. {_turned(evidence)}")
    if "seed" in (evidence.case.spec.get("sweep") or {}):
        yield Paragraph(
            text="Training starts from random numbers, and luck alone can move the outcome. So every setting was "
            "trained from several starting points, called seeds. How far the points of a setting scatter shows how "
            "much luck there is."
        )
    yield required(registered(evidence))
    yield required(failures(evidence))


def _turned(evidence: Evidence) -> str:
    if not evidence.has("test.factor"):
        return f"The outcome is measured as {fact('experiment.metric')}." if evidence.metric else ""
    return (
        f"The knob that was turned is called {fact('test.factor')}; the setting that the others are held against is "
        f"{fact('test.control')}. The outcome is measured as {fact('test.metric')}."
    )


def _found(evidence: Evidence, analyses: Sequence[Analysis]) -> Iterator[Block]:
    drawn = tuple(figures(evidence, _NAME))
    if drawn:
        yield Paragraph(text=f"{ref('arms-figure')} has a point for every run, and a line at the mean of each setting.")
    yield from drawn
    yield from arms_in_prose(evidence, is_plain=True)
    if told := looked_at(evidence):
        yield required(told)
    yield from exhibits(analyses)[:_PICTURES]


def _means(evidence: Evidence) -> Iterator[Block]:
    yield required(standing(evidence))
    if not evidence.has_test:
        return
    opening = {
        "supported": "In plain words: the claim passed the test that was agreed on beforehand. Under pure luck, an "
        "outcome like this would be rare.",
        "refuted": "In plain words: the claim failed the test that was agreed on beforehand.",
        "inconclusive": "In plain words: these runs do not settle the matter. An honest answer is that we do not know.",
        "untestable": "In plain words: there are too few runs for the test that was agreed on, so nobody can say. The "
        "picture may look clear; luck has not been ruled out.",
    }
    yield Paragraph(text=opening.get(evidence.conclusion, opening["inconclusive"]))
    if evidence.conclusion != "untestable":
        yield Paragraph(text=f"For the record: {verdict(HYPOTHESIS)}.")


def _caveats(evidence: Evidence) -> Iterator[Block]:
    items = [
        "It says nothing of other data, other models or other settings: those were not tried.",
        "It does not explain why. An experiment shows what happened, not what lies behind it.",
    ]
    if evidence.conclusion == "inconclusive":
        items.append("It is no evidence that the settings are alike: nobody looked for that.")
    if evidence.count("best.arms") > 1:
        items.append("A setting that is named for its value was picked after looking, and picking flatters.")
    if told := promises(evidence):
        items.append(told)
    yield Bullets(items=tuple(items), is_required=True)


def _check() -> Iterator[Block]:
    yield Paragraph(
        text="Every measured number in this text is a link. Follow it, and you find what was measured, in which "
        "runs, by which function, and in which file it stands."
    )
