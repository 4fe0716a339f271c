"""Prompts are files beside their agents; their version is the hash of what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_AGENTS = Path(__file__).resolve().parent.parent
RULES = Path(__file__).resolve().parent / "rules.prompt.md"
DEFAULT_WRITER = _AGENTS / "writers" / "writer.prompt.md"
ANALYSIS = _AGENTS / "analysts" / "analysis.prompt.md"


@dataclass(frozen=True)
class Prompt:
    """`text` is what the model is told before any data; `version` its sha256."""

    name: str
    text: str

    @property
    def version(self) -> str:
        return sha256(self.text.encode("utf-8")).hexdigest()


def style_file(module: Path, default: Path = DEFAULT_WRITER) -> Path:
    """`x.prompt.md` beside `x.py`, where its author wrote one: style and audience of this agent's documents."""
    own = module.with_name(f"{module.stem}.prompt.md")
    return own if own.is_file() else default


def prompt_files(module: Path, default: Path = DEFAULT_WRITER) -> tuple[Path, ...]:
    """All files that an agent's prompt is made of: editing one makes its documents stale, and only those."""
    return (RULES, style_file(module, default))


def read_prompt(files: Iterable[Path]) -> Prompt:
    """The rules, then the style. Raises FileNotFoundError."""
    paths = tuple(files)
    return Prompt(paths[-1].name.removesuffix(".prompt.md"), "\n\n".join(_text(path) for path in paths))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
