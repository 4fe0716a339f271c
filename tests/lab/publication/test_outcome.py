"""`snakemake publication` fails if nothing is published, or if a decided publication is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from lab.approvals.decision_files import record
from lab.publication.folders import archive_file
from lab.publication.outcome import outcome
from rules.gates.gate import decide, write_gate
from tests.lab.approvals.made_decisions import decision


def write(lab: Lab, name: str, reason: str = "") -> None:
    write_gate(lab, name, decide("publication", {"approval": reason}, __name__, "approved"))
    if not reason:
        write_text(archive_file(lab, name), "archive")


@pytest.mark.parametrize(
    ("gates", "decided", "exit_code"),
    [
        pytest.param({}, (), 1, id="nothing-built"),
        pytest.param({"a": "not approved"}, (), 1, id="nothing-approved"),
        pytest.param({"a": "", "b": "not approved"}, ("a",), 0, id="one-published-one-waits"),
        pytest.param({"a": "", "b": "void"}, ("a", "b"), 1, id="one-void"),
        pytest.param({"a": ""}, ("a",), 0, id="published"),
    ],
)
def test_exit_code_and_lines(tmp_path: Path, gates: dict[str, str], decided: tuple[str, ...], exit_code: int) -> None:
    lab = Lab(tmp_path)
    for name, reason in gates.items():
        write(lab, name, reason)
    for name in decided:
        record(lab, decision("approved", kind="publication", name=name))
    lines, code = outcome(lab, list(gates), ())
    assert code == exit_code
    assert len(lines) == max(1, len(gates))
    for name, reason in gates.items():
        expected = f"{name}: not published: approval: {reason}" if reason else f"{name}: published in results/"
        assert any(line.startswith(expected) for line in lines)
    if not gates:
        assert "no experiment of this lab has results and reports" in lines[0]


def test_undecided_gate_is_not_published(tmp_path: Path) -> None:
    assert outcome(Lab(tmp_path), ["a"], ()) == (["a: not published: the gate is not decided"], 1)


def test_experiment_whose_code_has_changed_stays_published_and_is_not_trained(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    write(lab, "old")
    record(lab, decision("approved", kind="publication", name="old"))
    lines, code = outcome(lab, (), ["old", "never"])
    assert code == 0
    assert lines[0].startswith(
        "old: published in results/experiments/old/publication/old.zip; its runs are not those of"
    )
    assert lines[1].startswith("never: not prepared: its runs are not those of the current spec and code")
