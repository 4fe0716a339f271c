"""Scan the files of a folder for secrets and personal data."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from compiler.base.printable import printable_line
from compiler.base.redaction import redact
from lab.secrets_scan.file_texts import MAX_BYTES, NotScannable, numbered_lines
from lab.secrets_scan.finding import Finding, value_hash
from lab.secrets_scan.identity import this_machine
from lab.secrets_scan.joined_lines import joined_lines
from lab.secrets_scan.rules.addresses import find_addresses
from lab.secrets_scan.rules.emails import find_emails
from lab.secrets_scan.rules.home_paths import find_home_paths
from lab.secrets_scan.rules.hosts import find_hosts, find_users
from lab.secrets_scan.rules.keys import find_keys
from lab.secrets_scan.rules.match import Identity, Match, Rule
from lab.secrets_scan.rules.named_values import find_named_values
from lab.secrets_scan.rules.urls import find_urls
from lab.secrets_scan.views import views, without_binary

# If two rules find overlapping values, that of the earlier rule is reported.
_RULES: tuple[Rule, ...] = (
    find_urls, find_keys, find_named_values, find_emails, find_home_paths, find_hosts, find_addresses, find_users,
)  # fmt: skip
_WINDOW, _OVERLAP = 4000, 400  # characters of a long line that are scanned at once
_CONTACT = re.compile(r"\s*(?:-\s*)?email:\s*\S+@\S+\s*$")
_CONTEXT = 30  # characters before and after a value in an excerpt


def scan(folder: Path, identity: Identity | None = None) -> tuple[Finding, ...]:
    """Return the secrets and personal data in a folder, by file and line.

    A file that cannot be scanned is a finding of the kind `not_scanned`. Links are not followed.

    Args:
        identity: names to look for (default: those of this machine and its user).
    """
    names = identity or this_machine()
    files = sorted(path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    return tuple(finding for file in files for finding in _scan_file(file, folder, names))


def _scan_file(file: Path, folder: Path, identity: Identity) -> Iterator[Finding]:
    path = file.relative_to(folder).as_posix()
    name = _masked(path, identity)
    yield from _findings(name, 0, path, identity)
    if file.is_symlink():
        yield _not_scanned(name, "is a link")
    elif os.path.getsize(file) > MAX_BYTES:
        yield _not_scanned(name, "the file is too large")
    else:
        yield from scan_content(name, file.read_bytes(), identity)


def scan_content(name: str, content: bytes, identity: Identity) -> Iterator[Finding]:
    """Yield the secrets and personal data in the content of a file."""
    try:
        lines = [(number, without_binary(line)) for number, line in numbered_lines(content)]
    except NotScannable as error:
        yield _not_scanned(name, str(error), content)
        return
    values: set[tuple[str, str]] = set()
    for number, line in _suspicious(lines, identity):
        if _is_contact(name, line):
            continue
        on_line = {(finding.kind, finding.sha256): finding for finding in _findings(name, number, line, identity)}
        values |= set(on_line)
        yield from on_line.values()
    for number, line in joined_lines(lines):
        on_line = {(finding.kind, finding.sha256): finding for finding in _findings(name, number, line, identity)}
        yield from (finding for value, finding in on_line.items() if value not in values)


def _suspicious(lines: Sequence[tuple[int, str]], identity: Identity) -> Iterator[tuple[int, str]]:
    """Yield the lines that may have a finding. Blocks of lines are scanned first, because most have none."""
    for block in _blocks(lines):
        if len(block) == 1 or _has_match("\n".join(line for _, line in block), identity):
            yield from block


def _blocks(lines: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    size = 0
    for number, line in lines:
        if block and size + len(line) >= _WINDOW:
            yield block
            block, size = [], 0
        block.append((number, line))
        size += len(line) + 1
    if block:
        yield block


def _has_match(text: str, identity: Identity) -> bool:
    return any(match for view in views(text) for rule in _RULES for match in rule(view, identity))


def _is_contact(name: str, line: str) -> bool:
    """Return whether a line declares the address of an author, who wants to be reached."""
    return Path(name).suffix == ".cff" and _CONTACT.match(line) is not None


def _findings(name: str, number: int, line: str, identity: Identity) -> Iterator[Finding]:
    for start in range(0, max(len(line), 1), _WINDOW - _OVERLAP):
        for text in views(line[start : start + _WINDOW]):
            matches = _matches(text, identity)
            for match in matches:
                value = text[match.start : match.end]
                yield Finding(name, number, match.kind, _excerpt(text, match, matches), value_hash(value))


def _matches(text: str, identity: Identity) -> list[Match]:
    """Return the matches of all rules in a text that do not overlap."""
    kept: list[Match] = []
    for rule in _RULES:
        for match in rule(text, identity):
            if all(match.end <= other.start or other.end <= match.start for other in kept):
                kept.append(match)
    return sorted(kept, key=lambda match: match.start)


def _masked(text: str, identity: Identity) -> str:
    """Return a text with markers in place of its values."""
    for match in reversed(_matches(text, identity)):
        text = f"{text[: match.start]}<{match.kind}>{text[match.end :]}"
    return text


def _excerpt(text: str, match: Match, matches: Sequence[Match]) -> str:
    """Return the text around a value, in which this and all other values are replaced by markers."""
    parts, before, end = [""], 0, 0
    for other in matches:
        if other is match:
            before = len(redact("".join([*parts, text[end : other.start]])))
        parts += [text[end : other.start], f"<{other.kind}>"]
        end = other.end
    masked = redact("".join([*parts, text[end:]]))
    return printable_line(masked[max(0, before - _CONTEXT) : before + len(match.kind) + 2 + _CONTEXT].strip())


def _not_scanned(name: str, reason: str, content: bytes = b"") -> Finding:
    """Return the finding of a file. An allowance of it covers this content only, which a person has looked at."""
    return Finding(name, 0, "not_scanned", reason, value_hash(f"{name} {hashlib.sha256(content).hexdigest()}"))
