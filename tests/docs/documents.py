"""A page of the documentation as what it tells a reader to do: files to write and commands to run, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from compiler.base.paths import ENGINE

_NAMED = re.compile(r"`([\w./-]+)`:$")
_EXIT_CODE = re.compile(r"\s+# exit code (\d+)$")
_ELSEWHERE = re.compile(r"\w+:")


@dataclass(frozen=True)
class Block:
    """A fenced block. `file` is the path that the paragraph before it ends with, as in "…, `conf/model/x.yaml`:"."""

    page: str
    line: int
    language: str
    text: str
    file: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A line after `$ `, the exit code it must have, and what it must print: lines in order, `…` for anything."""

    text: str
    line: int
    exit_code: int
    shown: tuple[str, ...]


def pages() -> list[str]:
    """Every page but the one that a program writes."""
    docs = sorted(file.relative_to(ENGINE).as_posix() for file in (ENGINE / "docs").glob("*.md"))
    return ["README.md", *(page for page in docs if page != "docs/bench.md")]


def text_of(page: str) -> str:
    return (ENGINE / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    found: list[Block] = []
    before = ""
    for token in _tokens(page):
        if token.type == "fence":
            named = _NAMED.search(before)
            line = token.map[0] + 1 if token.map else 0
            found.append(Block(page, line, token.info.strip(), token.content, named[1] if named else None))
            before = ""
        elif token.type == "inline":
            before = token.content
    return found


def commands(block: Block) -> Iterator[Command]:
    """The commands of a `console` block, each with what stands below it."""
    lines = block.text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = lines[start].removeprefix("$ ")
        code = _EXIT_CODE.search(text)
        shown = tuple(line for line in lines[start + 1 : end] if line.strip())
        yield Command(_EXIT_CODE.sub("", text), block.line + 1 + start, int(code[1]) if code else 0, shown)


def links(page: str) -> list[str]:
    """Where links and images of a page lead, but those that leave the repository."""
    inside = [child for token in _tokens(page) for child in token.children or ()]
    targets = [str(child.attrGet("href") or child.attrGet("src") or "") for child in inside]
    return [target for target in targets if target and not _ELSEWHERE.match(target)]


def anchors(page: str) -> set[str]:
    """The names by which headings can be linked to, made as GitHub makes them."""
    tokens = _tokens(page)
    titles = [tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def table_rows(page: str, header: str) -> list[list[str]]:
    """The cells of the table whose first column is called `header`."""
    lines = text_of(page).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {header} |"))
    end = next(number for number in range(start, len(lines)) if not lines[number].startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[start + 2 : end]]


def _tokens(page: str) -> list[Token]:
    return MarkdownIt("commonmark").parse(text_of(page))
