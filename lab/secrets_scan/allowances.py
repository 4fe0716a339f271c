"""Read `conf/publication_allow.yaml`: values that a person allows in a publication, each with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import Lab
from lab.secrets_scan.finding import Finding, value_hash
from lab.secrets_scan.rules.match import KINDS

_KEYS = {"kind", "value", "sha256", "file", "reason"}


@dataclass(frozen=True)
class Allowance:
    """A value that may be published. `file` is a pattern such as `reports/*.md`."""

    kind: str
    sha256: str
    file: str
    reason: str

    def allows(self, finding: Finding) -> bool:
        is_value = (self.kind, self.sha256) == (finding.kind, finding.sha256)
        return is_value and fnmatchcase(finding.file, self.file)


def allow_file(lab: Lab) -> Path:
    return lab.conf / "publication_allow.yaml"


def read_allowances(lab: Lab) -> tuple[Allowance, ...]:
    """Return the allowances of a lab. A lab without the file has none.

    Raises:
        CompileError: The file is wrong. The error holds all problems.
    """
    file = allow_file(lab)
    try:
        entries = yaml.safe_load(file.read_text(encoding="utf-8")) or []
    except FileNotFoundError:
        return ()
    except (yaml.YAMLError, ValueError, OSError) as error:
        raise CompileError([_diagnostic(f"cannot be read: {str(error).splitlines()[0]}")]) from error
    if not isinstance(entries, list):
        raise CompileError([_diagnostic("must be a list of entries with kind, value or sha256, and reason")])
    problems = [
        _diagnostic(f"entry {number}: {problem}")
        for number, entry in enumerate(entries, start=1)
        if (problem := _problem(entry))
    ]
    if problems:
        raise CompileError(problems)
    return tuple(map(_allowance, entries))


def blocking(findings: Iterable[Finding], allowances: Iterable[Allowance]) -> tuple[Finding, ...]:
    """Return the findings that no allowance covers."""
    rules = tuple(allowances)
    return tuple(finding for finding in findings if not any(rule.allows(finding) for rule in rules))


def _allowance(entry: dict[str, Any]) -> Allowance:
    sha256 = entry["sha256"] if "sha256" in entry else value_hash(entry["value"])
    return Allowance(entry["kind"], sha256, entry.get("file", "*"), entry["reason"])


def _problem(entry: Any) -> str:
    """Return what is wrong with an entry, "" if it is right."""
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        return "is no mapping of texts (quote a sha256 that has only digits)"
    if unknown := sorted(set(map(str, entry)) - _KEYS):
        return f"unknown key '{unknown[0]}' (known: {', '.join(sorted(_KEYS))})"
    if entry.get("kind") not in KINDS:
        return f"kind '{entry.get('kind')}' is none of {', '.join(KINDS)}"
    if ("value" in entry) == ("sha256" in entry):
        return "needs either value or sha256"
    return "" if entry.get("reason", "").strip() else "has no reason"


def _diagnostic(problem: str) -> Diagnostic:
    return Diagnostic("conf/publication_allow.yaml", 1, 1, "", problem)
