"""Prompts are files beside their agents; their version is the hash of what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True)
class Prompt:
    """`text` is what the model is told before any data; `version` its sha256."""

    name: str
    text: str

    @property
    def version(self) -> str:
        return sha256(self.text.encode("utf-8")).hexdigest()


def read_prompt(files: Iterable[Path]) -> Prompt:
    """The rules, then the style. Raises FileNotFoundError."""
    paths = tuple(files)
    return Prompt(paths[-1].name.removesuffix(".prompt.md"), "\n\n".join(_text(path) for path in paths))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
