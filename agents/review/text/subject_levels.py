"""Who a sentence speaks of: arms, runs, the parent, by placeholder or by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agents.context.case import Book
from agents.documents.placeholders import Placeholder
from agents.facts.fact import Fact, Value
from agents.facts.ids import label

_CONTRAST = re.compile(r"contrast\[(?P<factor>.*?)=(?P<level>.*)\|(?P<control>.*)\]")
_IN_BRACKETS = re.compile(r"(\w+)\[(.*)\]")
_NAMING = (".level", ".id", ".seed")


def factor(book: Book) -> str:
    compare = book.spec.get("compare") or {}
    return str(compare.get("factor", ""))


def is_name(fact: Fact) -> bool:
    """Whether it says whom a sentence is about, and not what was found."""
    return fact.unit == "level" or (fact.id.endswith(_NAMING) and fact.subject != "experiment")


def named_subject(one: Placeholder, book: Book) -> str | None:
    """The subject that a placeholder names, if it names one."""
    if one.kind == "f" and one.name in book.facts and is_name(book.facts[one.name]):
        fact = book.facts[one.name]
        return fact.subject if is_told_of_somebody(fact.subject) else arm_of(fact.value, book)
    if one.kind == "spec" and one.name in ("compare.control", "compare.treatment"):
        value = (book.spec.get("compare") or {}).get(one.name.removeprefix("compare."))
        return None if value is None else arm_of(label(value), book)
    return None


def subject_of(fact: Fact, book: Book) -> str:
    """Whom it is about: what was measured of the chosen arm is that arm's."""
    best = book.facts.get("best.level")
    if best is not None and fact.id.startswith("best.") and fact.id not in ("best.arms", "best.runs"):
        return arm_of(best.value, book)
    return fact.subject


def arm_of(level: Value, book: Book) -> str:
    """The arm with this level of the compared factor; without a comparison levels are whole settings."""
    name = factor(book)
    return f"arm[{name}={level}]" if name else f"arm[{level}]"


def fits(name: str, value: str) -> bool:
    """Whether a fact about the subject `value` can be told of the subject `name`."""
    if name in _RECORDED:
        return True
    if value.startswith(("parent[", "baseline[")) or name.startswith(("parent[", "baseline[")):
        return value.startswith(name) or name.startswith(value)
    return bool(_arms(name) & _arms(value)) if not _is_run(name) or not _is_run(value) else name == value


def _is_run(subject: str) -> bool:
    return subject.startswith("run[")


@lru_cache(maxsize=4096)
def _arms(subject: str) -> frozenset[str]:
    """The `FACTOR=LEVEL` pairs that a subject is about."""
    contrast = _CONTRAST.fullmatch(subject)
    if contrast:
        return frozenset(_setting(f"{contrast['factor']}={contrast[level]}") for level in ("level", "control"))
    inside = _IN_BRACKETS.search(subject)
    return frozenset(map(_setting, inside[2].split(","))) if inside else frozenset()


def _setting(pair: str) -> str:
    """`lr=1e-3` and `lr=0.0010` are one: points are named as they were written, arms by label."""
    key, equals, level = pair.partition("=")
    try:
        return f"{key}={float(level):g}" if equals else pair
    except ValueError:
        return pair


def is_told_of_somebody(subject: str) -> bool:
    return bool(_IN_BRACKETS.search(subject))


@dataclass(frozen=True)
class WrittenNames:
    """Levels that are words and may be written out, and the words that stand for the control and the parent."""

    subjects: dict[str, str]
    pattern: re.Pattern[str] | None

    def found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and subject of each in a folded text."""
        for match in self.pattern.finditer(text) if self.pattern else ():
            yield match.start(), match.end(), self.subjects[match[0]]


_RECORDED = ("recorded", "parent", "baseline")  # as words they admit a known value, and refuse none
_CONTROL_SAID = ("with the control", "for the control", "of the control", "the control reached", "the control ended")


_COMMON = frozenset(
    ("all", "none", "true", "false", "yes", "no", "on", "off", "null", "auto", "default", "base", "mean")
)


def written_names(book: Book) -> WrittenNames:
    levels = {
        str(fact.value).lower(): fact.subject
        for fact in book.facts.values()
        if fact.unit == "level" and fact.subject.startswith("arm[") and str(fact.value)[:1].isalpha()
    }
    levels = {level: subject for level, subject in levels.items() if len(level) > 1 and level not in _COMMON}
    control = book.facts.get("test.control")
    said = dict.fromkeys(_CONTROL_SAID, arm_of(control.value, book)) if control else {}
    subjects = levels | said | dict.fromkeys(_RECORDED, "recorded")
    longest = sorted(subjects, key=len, reverse=True)
    return WrittenNames(subjects, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)"))
