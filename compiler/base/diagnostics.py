"""What can be wrong with a lab, said as a compiler says it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_COMPOSING = re.compile(r"^In '[^']+': \w+ raised while composing config: ")


@dataclass(frozen=True, order=True)
class Diagnostic:
    """One mistake and where it stands. Lines and columns count from 1; `path` names the key.

    As text it is one line, whatever a file had to say.
    """

    file: str
    line: int
    column: int
    path: str
    problem: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: "
        key = f"{self.path}: " if self.path else ""
        hint = f" ({self.hint})" if self.hint else ""
        text = f"{where}{key}{self.problem}{hint}"
        return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


class InputError(Exception):
    """Something that a person wrote is wrong; the message says what, where, and what to do."""


class CompileError(InputError):
    """The input is wrong. Carries every diagnostic found, not the first."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))
        super().__init__("\n".join(map(str, self.diagnostics)))


@dataclass(frozen=True)
class Problem:
    """A mistake at a key of a composed config, before anyone looked up which file wrote that key."""

    path: tuple[str | int, ...]
    problem: str
    hint: str = ""


class SpecError(Exception):
    """Problems of one experiment, still without a file and a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.problem for problem in self.problems))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a mistyped word: the nearest known one, else what there is, when that is short."""
    choices = sorted(known)
    near = difflib.get_close_matches(word, choices, n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"known: {', '.join(choices)}" if 0 < len(choices) <= 16 else ""


def dotted(path: Iterable[str | int]) -> str:
    """`("experiment", "deliverables", 0, "type")` as `experiment.deliverables[0].type`."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def one_line(error: BaseException) -> str:
    """A library's message without its own position talk, which is of its input and not of ours."""
    lines = [line.strip() for line in str(error).splitlines()]
    kept = [line for line in lines if line and not line.startswith(("full_key:", "object_type=", "See https"))]
    cause = error.__cause__ or error.__context__
    return _COMPOSING.sub("", " ".join(kept)) or (one_line(cause) if cause else type(error).__name__)
