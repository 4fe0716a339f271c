"""A package states every gate: without the decision of one of them, it is not written."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.stages.names import GateName
from lab.publication.contents.material import decided_gates
from lab.publication.package_error import CannotPackage
from rules.gates.gate import decide, write_gate
from tests.plans import planned_experiment

GATES: tuple[GateName, ...] = ("training", "validation", "analysis", "reports")


@pytest.mark.parametrize("absent", GATES)
def test_missing_gate_is_an_error_that_names_its_file(tmp_path: Path, absent: GateName) -> None:
    lab, experiment = Lab(tmp_path), planned_experiment("study", reports=("technical_report",))
    for gate in GATES:
        write_gate(lab, "study", decide(gate, {"rate": "too low" if gate == absent else ""}, "code", ""))
    assert [gate for gate, content in decided_gates(lab, experiment).items() if not content.passed] == [absent]
    lab.gate_file("study", absent).unlink()
    with pytest.raises(CannotPackage, match=rf"gates/{absent}\.json: missing or damaged \(run snakemake .* study\)"):
        decided_gates(lab, experiment)
