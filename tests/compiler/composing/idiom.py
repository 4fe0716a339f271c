"""Define an idiom of Hydra projects: a small conf tree and the overrides of a command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Idiom:
    """A conf tree, with the experiment `probe` that sets nothing, and overrides of which some may be sweeps."""

    files: Mapping[str, str]  # path below conf/ -> text
    overrides: tuple[str, ...]
    is_refused: bool = False
    is_unordered: bool = False  # the order of the points does not matter

    def write(self, conf: Path) -> None:
        for name, text in ({"experiment/probe.yaml": "# @package _global_\n"} | dict(self.files)).items():
            file = conf / name.replace("{conf}", str(conf))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.replace("{conf}", str(conf)).encode("utf-8"))

    def commands(self) -> list[list[str]]:
        """Return the overrides for each experiment that they choose, `probe` by default."""
        chosen = [text for text in self.overrides if text.startswith("experiment=")]
        others = [text for text in self.overrides if text not in chosen]
        names = chosen[0].removeprefix("experiment=").split(",") if chosen else ["probe"]
        return [[name, *others] for name in names]
