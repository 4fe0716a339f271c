"""Read prompts from the files beside analysts and writers. The version of a prompt is the hash of its text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True)
class Prompt:
    """The instructions to a model. `text` is the system message of every request."""

    name: str
    text: str

    @property
    def version(self) -> str:
        return sha256(self.text.encode("utf-8")).hexdigest()


def read_prompt(files: Iterable[Path]) -> Prompt:
    """Join the files, rules first and style last. The name is that of the last file. Raises FileNotFoundError."""
    paths = tuple(files)
    texts = (path.read_text(encoding="utf-8").strip() for path in paths)
    return Prompt(paths[-1].name.removesuffix(".prompt.md"), "\n\n".join(texts))
