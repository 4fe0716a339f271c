"""Write the tool-calling data set: requests in words, calls in JSON. `docs/toolcalls.md` describes it.

    python -m lightning_modules.data.prepare_toolcalls [FILE or FOLDER]

The same seed gives the same bytes on every machine and Python version, so that the data version in a run's identity
is the same for everyone.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from lightning_modules.data.toolcalls_templates import CLOSERS, FRAMES, OPENERS
from lightning_modules.data.toolcalls_values import SPLITS, Vocabulary, pick, slots_of, vocabularies

SEED = 20240501
SIZES = {"train": 7000, "validation": 420, "test": 700}
DEFAULT = Path("data/toolcalls.jsonl")
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Example:
    """One line of the file. `frame` is kept so that anyone can check which sentences a split saw."""

    split: str
    frame: str
    request: str
    call: dict[str, object]
    schema_version: int = SCHEMA_VERSION


def example(split: str, tool: str, words: Vocabulary, rng: random.Random) -> Example:
    """A request for `tool` in the frames and values of `split`, and the call that answers it."""
    frames = FRAMES[tool].held_out if split == "test" else FRAMES[tool].training
    frame = pick(rng, frames)
    slots = slots_of(tool, words, rng)
    body = frame.format(**{name: slot.spoken for name, slot in slots.items()})
    request = pick(rng, OPENERS) + body + pick(rng, CLOSERS)
    return Example(split, frame, request, {"tool": tool, "arguments": {name: s.value for name, s in slots.items()}})


def examples(seed: int = SEED) -> Iterator[Example]:
    """Every example, split by split. Tools take turns, so that each is equally frequent in every split."""
    rng = random.Random(seed)
    words = vocabularies(rng)
    tools = tuple(FRAMES)
    for split in SPLITS:
        for index in range(SIZES[split]):
            yield example(split, tools[index % len(tools)], words[split], rng)


def write(path: Path, seed: int = SEED) -> None:
    """Write the data set as JSON lines: ASCII, Unix line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(line)) + "\n" for line in examples(seed))
    path.write_text("".join(lines), encoding="ascii", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the tool-calling data set.")
    parser.add_argument("output", type=Path, nargs="?", default=DEFAULT, help="a .jsonl file, or a folder for it")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    path = given.output if given.output.suffix == ".jsonl" else given.output / DEFAULT.name
    write(path, given.seed)
    print(path)


if __name__ == "__main__":
    main()
