"""Fail if a gate of an experiment did not pass. The build prints what did not hold when it ends."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from rules.gates.gate import STAGES, Stage, all_passed, document_stages, read_gate
from rules.gates.report_gate import update_report_gate


def main() -> int:
    plan_file, name = sys.argv[1:]
    lab, experiment = Lab(Path()), read_plan(Path(plan_file)).experiments[name]
    if experiment.reports:
        update_report_gate(lab, experiment)
    stages: tuple[Stage, ...] = ("runs", "deliverables", *document_stages(experiment))
    for stage in set(STAGES) - set(stages):  # of a spec that named analyses or reports earlier
        lab.gate_file(name, stage).unlink(missing_ok=True)
    if not all_passed([read_gate(lab, name, stage) for stage in stages]):
        return 1
    write_text(lab.gate(name), f"{name} delivers\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
