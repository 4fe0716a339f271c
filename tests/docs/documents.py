"""Parse a page of the documentation into files to write and commands to run, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from compiler.base.paths import ENGINE

_FILE_NAME = re.compile(r"`([\w./-]+)`:$")
_EXIT_CODE = re.compile(r"\s+# exit code (\d+)$")
_WRITTEN_BY_PROGRAMS = ("docs/bench.md", "docs/verdict_rates.md")
_URL_SCHEME = re.compile(r"\w+:")


@dataclass(frozen=True)
class Block:
    """A fenced block. `file` is the path at the end of the paragraph before it, as in "…, `conf/model/x.yaml`:"."""

    page: str
    line: int
    language: str
    text: str
    file: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A line after `$ `, its expected exit code and expected output: lines in order, with `…` for any text."""

    text: str
    line: int
    exit_code: int
    expected_output: tuple[str, ...]


def pages() -> list[str]:
    """Return all pages except those that a program writes."""
    docs = sorted(file.relative_to(ENGINE).as_posix() for file in (ENGINE / "docs").glob("*.md"))
    return ["README.md", *(page for page in docs if page not in _WRITTEN_BY_PROGRAMS)]


def text_of(page: str) -> str:
    return (ENGINE / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    fenced: list[Block] = []
    previous_text = ""
    for token in _tokens(page):
        if token.type == "fence":
            name = _FILE_NAME.search(previous_text)
            line = token.map[0] + 1 if token.map else 0
            fenced.append(Block(page, line, token.info.strip(), token.content, name[1] if name else None))
            previous_text = ""
        elif token.type == "inline":
            previous_text = token.content
    return fenced


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a `console` block, each with the lines below it."""
    lines = block.text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = lines[start].removeprefix("$ ")
        code = _EXIT_CODE.search(text)
        expected_output = tuple(line for line in lines[start + 1 : end] if line.strip())
        yield Command(_EXIT_CODE.sub("", text), block.line + 1 + start, int(code[1]) if code else 0, expected_output)


def links(page: str) -> list[str]:
    """Return the targets of links and images of a page, except those outside the repository."""
    children = [child for token in _tokens(page) for child in token.children or ()]
    targets = [str(child.attrGet("href") or child.attrGet("src") or "") for child in children]
    return [target for target in targets if target and not _URL_SCHEME.match(target)]


def anchors(page: str) -> set[str]:
    """Return the anchors of the headings, built as on GitHub."""
    tokens = _tokens(page)
    titles = [tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def table_rows(page: str, header: str) -> list[list[str]]:
    """Return the cells of the table whose first column has the title `header`."""
    lines = text_of(page).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {header} |"))
    end = next(number for number in range(start, len(lines)) if not lines[number].startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[start + 2 : end]]


def _tokens(page: str) -> list[Token]:
    return MarkdownIt("commonmark").parse(text_of(page))
