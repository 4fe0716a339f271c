"""A text as the eye reads it, with the way back: what is written in look-alikes is found as if it were plain."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MASK = "\x1a"  # stands for each character of a placeholder; no honest text holds it
_PAIRS = (
    "аa вb еe ёe зe кk мm нh оo рp сc тt уy хx іi јj ѕs ԁd һh ԛq ԝw пn иn гr αa βb γy εe ζz ηn ιi κk νv οo ρp ςc τt υu "
    "χx ωw ϲc ıi ɑa ɡg ƒf łl øo ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ’' ‘' ʼ' ´'"
)
_LOOKS = {pair[0]: pair[1] for pair in _PAIRS.split()}
_EMPHASIS = re.compile(r"[*_`~\\]+")
_TRICKS = re.compile(r"[*_`~\\\n]|[a-z][A-Z]")


@dataclass(frozen=True)
class Folded:
    """`origin[i]` is where character i came from; it has one more item, for the end."""

    text: str
    origin: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters `start` up to `end` came from."""
        return self.origin[start], self.origin[end - 1] + 1 if end > start else self.origin[start]

    def between(self, start: int, end: int) -> str:
        """What was read of the original's characters `start` up to `end`."""
        return self.text[bisect_left(self.origin, start) : bisect_left(self.origin, end)]


def readings(text: str) -> Iterator[Folded]:
    """The ways a text can be read: as it stands, with what splits words taken out, and with what joins them cut."""
    plain = folded(text)
    yield plain
    if _TRICKS.search(text):
        yield _without(plain, re.compile(r"-\s*\n\s*|[*_`~\\]+"))
        yield _cut(text)


def folded(text: str) -> Folded:
    """In lower case, without accents and invisible characters, dashes and quotes made plain."""
    if text.isascii():
        return Folded(text.lower(), range(len(text) + 1))
    characters: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for one in _seen(character):
            characters.append(one)
            origin.append(place)
    return Folded("".join(characters), [*origin, len(text)])


def _seen(character: str) -> str:
    if character.isascii():
        return character.lower()
    if unicodedata.category(character) == "Pd":
        return "-"
    parts = unicodedata.normalize("NFKD", character).lower()
    return "".join(_LOOKS.get(one, one) for one in parts if unicodedata.category(one) not in ("Mn", "Me", "Cf"))


def _without(reading: Folded, what: re.Pattern[str]) -> Folded:
    kept = [place for start, end in _between(reading.text, what) for place in range(start, end)]
    text = "".join(reading.text[place] for place in kept)
    return Folded(text, [*(reading.origin[place] for place in kept), reading.origin[-1]])


def _between(text: str, what: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for match in what.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _cut(text: str) -> Folded:
    """`fiveRuns` and `five_runs` as two words each."""
    apart = _EMPHASIS.sub(lambda match: " " * len(match[0]), text)
    reading = folded(apart)
    humps = {match.end() - 1 for match in re.finditer(r"[a-z][A-Z]", apart)}
    letters, origin = [], []
    for letter, place in zip(reading.text, reading.origin, strict=False):
        cut = " " if place in humps else ""
        letters.append(cut + letter)
        origin += [place] * (len(cut) + 1)
    return Folded("".join(letters), [*origin, len(text)])
