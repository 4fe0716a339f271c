"""Fail if a gate of an experiment did not pass. The build prints what did not hold when it ends."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.stages.names import GateName
from rules.gates.gate import all_passed, document_gates, read_gate
from rules.gates.report_gate import update_report_gate

_DECIDED_ELSEWHERE: tuple[GateName, ...] = ("experiment", "publication")  # before and after a build


def main() -> int:
    plan_file, name = sys.argv[1:]
    lab, experiment = Lab(Path()), read_plan(Path(plan_file)).experiments[name]
    if experiment.reports:
        update_report_gate(lab, experiment)
    gates: tuple[GateName, ...] = ("training", "validation", *document_gates(experiment))
    for file in lab.gate_file(name, "training").parent.glob("*.json"):
        if file.stem not in (*gates, *_DECIDED_ELSEWHERE):  # of a spec that named analyses or reports earlier
            file.unlink()
    if not all_passed([read_gate(lab, name, gate) for gate in gates]):
        return 1
    write_text(lab.gate(name), f"{name} delivers\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
