"""A person allows a value with a reason. The allowance binds to the value, not to its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from lab.secrets_scan.allowances import blocking, read_allowances
from lab.secrets_scan.rules.match import Identity
from lab.secrets_scan.scan import scan

MAIL = "ada" + "@" + "analytical-engine.org"


def write(lab: Lab, text: str) -> Lab:
    lab.conf.mkdir(exist_ok=True)
    (lab.conf / "publication_allow.yaml").write_text(text)
    return lab


def test_allowance_follows_the_value_to_another_line_and_no_other_value(tmp_path: Path) -> None:
    lab = write(Lab(tmp_path), f"- {{kind: email, value: {MAIL}, reason: wants to be named}}\n")
    package = tmp_path / "package"
    package.mkdir()
    (package / "a.md").write_text(f"\n\n{MAIL}\nbob{MAIL}\n")
    left = blocking(scan(package, Identity()), read_allowances(lab))
    assert [(finding.file, finding.line) for finding in left] == [("a.md", 4)]


def test_allowance_by_hash_and_file(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    for name in ("a.md", "b.md"):
        (package / name).write_text(MAIL)
    (finding, _) = scan(package, Identity())
    lab = write(Lab(tmp_path), f"- {{kind: email, sha256: '{finding.sha256}', file: a.md, reason: author}}\n")
    assert [left.file for left in blocking(scan(package, Identity()), read_allowances(lab))] == ["b.md"]


def test_lab_without_the_file_allows_nothing(tmp_path: Path) -> None:
    assert read_allowances(Lab(tmp_path)) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- {kind: email, value: x}", "entry 1: has no reason"),
        ("- {kind: email, value: x, reason: ' '}", "entry 1: has no reason"),
        ("- {kind: mail, value: x, reason: r}", "kind 'mail' is none of"),
        ("- {kind: email, reason: r}", "needs either value or sha256"),
        ("- {kind: email, value: x, sha256: y, reason: r}", "needs either value or sha256"),
        ("- {kind: email, values: x, reason: r}", "unknown key 'values'"),
        ("- {kind: email, value: 1, reason: r}", "is no mapping of texts"),
        ("kind: email", "must be a list"),
        ("- [", "cannot be read"),
    ],
)
def test_wrong_allowance_is_reported(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(CompileError, match=r"conf/publication_allow\.yaml:1:1: ") as error:
        read_allowances(write(Lab(tmp_path), text))
    assert problem in str(error.value)
