"""Problems in the input, and the exceptions that carry them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from compiler.base.nested import Keys

_COMPOSING_PREFIX = re.compile(r"^In '[^']+': \w+ raised while composing config: ")
_MAX_CHOICES = 25  # a hint lists all choices only if there are at most this many


@dataclass(frozen=True, order=True)
class Diagnostic:
    """A mistake in a file, printed like a compiler's error. Lines and columns count from 1; `path` is the key.

    The text is one line: characters that cannot be printed are escaped.
    """

    file: str
    line: int
    column: int
    path: str
    problem: str
    hint: str = ""

    def __str__(self) -> str:
        location = f"{self.file}:{self.line}:{self.column}: "
        key = f"{self.path}: " if self.path else ""
        hint = f" ({self.hint})" if self.hint else ""
        text = f"{location}{key}{self.problem}{hint}"
        return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class InputError(Exception):
    """An input file or option is wrong. The message states what is wrong, where, and what to do."""


class CompileError(InputError):
    """The input is wrong. Carries all diagnostics, not only the first."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))
        super().__init__("\n".join(map(str, self.diagnostics)))


@dataclass(frozen=True)
class Problem:
    """A mistake at a key of a composed config, before the file that set the key is known."""

    path: Keys
    problem: str
    hint: str = ""


class SpecError(Exception):
    """Problems of one experiment, before their files and lines are known."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.problem for problem in self.problems))


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return a hint for a mistyped word: the closest choice, else all choices if there are few, else nothing."""
    ordered = sorted(choices)
    swapped = [choice for choice in ordered if word and sorted(choice) == sorted(word)]  # => for >=
    closest = swapped or difflib.get_close_matches(word, ordered, n=1)
    if closest:
        return f"did you mean '{closest[0]}'?"
    return f"known: {', '.join(ordered)}" if 0 < len(ordered) <= _MAX_CHOICES else ""


def dotted(path: Keys) -> str:
    """Return a path as text: `experiment.deliverables[0].type` for `("experiment", "deliverables", 0, "type")`."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def one_line(error: BaseException) -> str:
    """Return the message of a Hydra or OmegaConf error on one line, without its lines about internal keys and types."""
    lines = [line.strip() for line in str(error).splitlines()]
    message_lines = [line for line in lines if line and not line.startswith(("full_key:", "object_type=", "See https"))]
    cause = error.__cause__ or error.__context__
    return _COMPOSING_PREFIX.sub("", " ".join(message_lines)) or (one_line(cause) if cause else type(error).__name__)
