"""Write the tool-calling data set: requests in plain language, calls in JSON. It is described in `docs/toolcalls.md`.

    python -m lightning_modules.data.prepare_toolcalls [FILE or FOLDER]

The same seed gives the same bytes on every machine and Python version, so that the data version, which is part of the
run id, is the same for everyone.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from compiler.base.json_files import write_bytes
from lightning_modules.data.toolcalls_templates import CLOSERS, OPENERS, TEMPLATES
from lightning_modules.data.toolcalls_values import SPLITS, Vocabulary, draw_slots, pick, split_vocabularies

SEED = 20240501
SIZES = {"train": 7000, "validation": 420, "test": 700}
DEFAULT_PATH = Path("data/toolcalls.jsonl")
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Example:
    """A line of the file. `frame` is the template of the request. It shows which sentences a split contains."""

    split: str
    frame: str
    request: str
    call: dict[str, object]
    schema_version: int = SCHEMA_VERSION


def draw_example(split: str, tool: str, vocabulary: Vocabulary, rng: random.Random) -> Example:
    """Draw a request for the tool, with a template and values of the split, and the call that answers it."""
    templates = TEMPLATES[tool].held_out if split == "test" else TEMPLATES[tool].training
    template = pick(rng, templates)
    slots = draw_slots(tool, vocabulary, rng)
    sentence = template.format(**{name: slot.spoken for name, slot in slots.items()})
    request = pick(rng, OPENERS) + sentence + pick(rng, CLOSERS)
    call: dict[str, object] = {"tool": tool, "arguments": {name: slot.value for name, slot in slots.items()}}
    return Example(split, template, request, call)


def draw_examples(seed: int = SEED) -> Iterator[Example]:
    """Yield all examples, split by split. The tools alternate, so that all are equally frequent in every split."""
    rng = random.Random(seed)
    vocabularies = split_vocabularies(rng)
    tools = tuple(TEMPLATES)
    for split in SPLITS:
        for index in range(SIZES[split]):
            yield draw_example(split, tools[index % len(tools)], vocabularies[split], rng)


def write_examples(path: Path, seed: int = SEED) -> None:
    """Write the data set atomically as JSON lines, in ASCII with Unix line ends."""
    lines = (json.dumps(asdict(example)) + "\n" for example in draw_examples(seed))
    write_bytes(path, "".join(lines).encode("ascii"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the tool-calling data set.")
    parser.add_argument("output", type=Path, nargs="?", default=DEFAULT_PATH, help="a .jsonl file, or a folder for it")
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args()
    path = args.output if args.output.suffix == ".jsonl" else args.output / DEFAULT_PATH.name
    write_examples(path, args.seed)
    print(path)


if __name__ == "__main__":
    main()
