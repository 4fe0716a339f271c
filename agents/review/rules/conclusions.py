"""What was concluded, counted and predicted is told as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.context.case import Book
from agents.documents.placeholders import Placeholder
from agents.review.rules.references import verdict_named
from agents.review.text.passage import Mark, Passage

_CLAIM = re.compile(r"\b(?:hypothes[ie]s|claims?|conjectures?)\b")
_CONCLUDED = re.compile(
    r"\b(?:support(?:s|ed)?|refut(?:e|es|ed)|reject(?:s|ed)?|falsif(?:y|ies|ied)|uph[eo]ld|true|false|correct|wrong|"
    r"disprov\w*|validat(?:e|es|ed)|holds?|inconclusive|untestable|confirmed|accepted)\b"
)
_SUPPORTED = frozenset(("supported", "supports", "support", "confirmed", "accepted"))
_HOLDING = frozenset(("hold", "holds"))
_CONDITION = re.compile(
    r"\b(?:if|whether|when|where|would|could|counts? as|unless|until|means?|called|can be|may be)\b"
)
_DENIAL = re.compile(
    r"\b(?:not|never|no|nor|neither|false|untrue|wrong|incorrect|hardly|unlikely|den(?:y|ies|ied)|doubt\w*|"
    r"fail(?:s|ed)? to|contrary|instead)\b|n't\b"
)
_DENIED = re.compile(r"[\s,]*(?:which |that |this )?(?:is|was) (?:not|false|wrong|untrue|incorrect)\b")
_DISBELIEVED = re.compile(r"\b(?:nobody|doubt\w*|believ\w*|untrue|false|wrong|nonsense|not true)\b")
_FOUND = re.compile(
    r"\b(?:f[io]unds?|shows?|showed|shown|see|saw|seen|true|correct|result(?:s|ed)?|conclu\w*|learn(?:s|ed|t)?|reveal\w*|"
    r"discover\w*|evidence|prov\w*|confirm\w*|now know|establish\w*)\b"
)
_AFFIRMED = re.compile(r"[\s,]*(?:and )?(?:(?:this|that|which|it) )?(?:is|was|proved|turned out|holds|held|came)\b")
_PLANNED = re.compile(r"\b(?:registered|registration|planned|pre-?specified)\b")
_UNPLANNED = re.compile(r"\bpost[- ]hoc\b|\bnot\b|\bwithout\b|\bno\b|\bun(?:registered|planned)\b|\blooking back\b")
_PREDICTED = re.compile(r"\b(?:predict\w*|forecast\w*|extrapolat\w*|interpolat\w*|what-if)\b")
_SPEC_PROSE = ("hypothesis", "rationale", "description")
_HEADINGS = ("title", "subtitle", "caption", "alt")
_RUNS = r"(?:registered |planned |finished )?(?:runs?|trainings?)"
_ALL = re.compile(
    rf"\b(?:all|every|each)(?: of)?(?: the| these| our| its)* {_RUNS}(?: of \w+)?(?: (?:were|was|has|have|are|is))?"
    rf"(?: been)?(?: successfully)? (?:complet|succeed|succe|finish|usable)\w*"
    rf"|\b(?:no|none of the|not a) {_RUNS} (?:has |have |was |were |had )?(?:fail|crash|abort|lost)\w*"
    rf"|\bwithout (?:a |any )?fail(?:ure|ed|ing)\w*"
)


def conclusions(passage: Passage, book: Book) -> Iterator[Mark]:
    for start, end in passage.sentences:
        verdicts = [one for one in passage.named(start, end) if one.kind == "v"]
        if not verdicts:
            yield from _typed(passage, start, end)
        for one in verdicts:
            yield from _denied(passage, one, start, end)
            yield from _planned(passage, one, book, start, end)
        yield from _asserted(passage, start, end)
    yield from _predictions(passage, book)


def count_claims(passage: Passage, book: Book) -> Iterator[Mark]:
    """`all runs completed` holds where no run failed; nowhere else."""
    failed = book.facts.get("experiment.runs.failed")
    if failed is not None and failed.value == 0:
        return
    for reading in passage.readings:
        for match in _ALL.finditer(reading.text):
            yield Mark(*reading.span(*match.span()), "count_claim", "runs failed: tell how many, from the facts")


def _typed(passage: Passage, start: int, end: int) -> Iterator[Mark]:
    said = _read(passage, start, end)
    if _is_conclusion(said):
        yield Mark(start, end, "conclusion", "only a verdict says what became of a hypothesis: {{v:…conclusion}}")


def _is_conclusion(said: str) -> bool:
    return bool(_CONCLUDED.search(said) and _CLAIM.search(said) and not _CONDITION.search(said))


def typed_conclusions(passage: Passage, book: Book) -> Iterator[Mark]:
    """In a finished text a conclusion may stand in words: that of the verdict, and no other."""
    verdict = book.verdicts.get("hypothesis")
    for start, end in passage.sentences:
        said = _read(passage, start, end)
        words = frozenset(match[0] for match in _CONCLUDED.finditer(said)) if _is_conclusion(said) else frozenset()
        if words and (verdict is None or not _agrees(words, said, verdict.conclusion)):
            told = "no verdict" if verdict is None else f"'{verdict.conclusion}'"
            yield Mark(start, end, "conclusion", f"the verdict on the hypothesis is {told}")


def _agrees(words: frozenset[str], said: str, conclusion: str) -> bool:
    if "neither" in said:
        return conclusion in ("inconclusive", "untestable")
    if _DENIAL.search(said):
        return conclusion == "refuted" or (conclusion != "supported" and words <= _SUPPORTED)
    return words == {conclusion} or (conclusion == "supported" and words <= _HOLDING)


def _denied(passage: Passage, one: Placeholder, start: int, end: int) -> Iterator[Mark]:
    before = re.split(r"[,;:(]", _read(passage, start, one.start))[-1]
    after = _read(passage, one.end, end)
    if _DENIAL.search(before) or _DENIED.match(after) or _DISBELIEVED.search(after):
        yield Mark(one.start, one.end, "conclusion", "the sentence denies the verdict that it tells")


def _planned(passage: Passage, one: Placeholder, book: Book, start: int, end: int) -> Iterator[Mark]:
    verdict, said = verdict_named(one.name, book), _read(passage, start, end)
    if verdict and verdict.is_post_hoc and _PLANNED.search(said) and not _UNPLANNED.search(said):
        yield Mark(one.start, one.end, "conclusion", "a post hoc verdict is told as if it had been registered")


def _asserted(passage: Passage, start: int, end: int) -> Iterator[Mark]:
    for one in passage.named(start, end):
        if one.kind == "spec" and one.name in _SPEC_PROSE:
            said, after = _read(passage, start, one.start), _read(passage, one.end, end)
            said += after if passage.plain[one.end : end].lstrip()[:1].islower() else ""
            alone = passage.slot.split(".")[-1] in _HEADINGS and not _CLAIM.search(said) and one.name == "hypothesis"
            if alone or _FOUND.search(said) or _AFFIRMED.match(after):
                yield Mark(one.start, one.end, "conclusion", "what the spec supposes is told as if it had been found")


def _predictions(passage: Passage, book: Book) -> Iterator[Mark]:
    around = passage.surroundings.lower()
    for one in passage.placeholders:
        fact = book.facts.get(one.name) if one.kind == "f" else None
        if fact is not None and fact.is_prediction:
            said = _read(passage, *passage.sentence_at(one.start))
            if not _PREDICTED.search(f"{said} {around}"):
                yield Mark(one.start, one.end, "prediction", "this was predicted, not measured: say so")


def _read(passage: Passage, start: int, end: int) -> str:
    return passage.readings[0].between(start, end)
