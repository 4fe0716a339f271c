"""End a stage of an experiment. Fail if its gate is closed, so that no later stage runs.

If the spec has `on_gate: continue`, closed gates of the training and the validation do not fail here. They fail the
last job of the experiment, after all documents are written.
"""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment, read_plan
from compiler.stages.names import GATE_OF, STAGES
from rules.gates.continuation import MAY_CONTINUE, continues
from rules.gates.gate import document_gates, read_gate
from rules.gates.report_gate import update_report_gate
from rules.reporting.remove_documents import remove_documents


def main() -> int:
    plan_file, name, stage_name = sys.argv[1:]
    lab, experiment = Lab(Path()), read_plan(Path(plan_file)).experiments[name]
    stage = next(stage for stage in STAGES if stage == stage_name)
    gate_name = GATE_OF[stage]
    if gate_name in ("analysis", "reports") and gate_name not in document_gates(experiment):
        write_text(lab.stage_mark(name, stage), "the spec plans nothing for this stage\n")
        return 0
    if gate_name == "reports":
        update_report_gate(lab, experiment)
    gate = read_gate(lab, name, gate_name)
    if gate is None:
        print(f"{name}: the gate '{gate_name}' is not decided", file=sys.stderr)
        return 1
    print(f"{name}: the gate '{gate_name}' is {'open' if gate.passed else 'closed'}: {gate.why}")
    if not gate.passed and not _goes_on(experiment, gate_name in MAY_CONTINUE):
        if gate_name in MAY_CONTINUE:
            remove_documents(lab, experiment)
        return 1
    write_text(lab.stage_mark(name, stage), f"{'open' if gate.passed else 'closed'}: {gate.why}\n")
    return 0


def _goes_on(experiment: PlannedExperiment, may_continue: bool) -> bool:
    return may_continue and continues(experiment)


if __name__ == "__main__":
    sys.exit(main())
