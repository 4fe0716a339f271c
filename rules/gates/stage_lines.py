"""Describe in one line where an experiment stopped: at a closed gate, or at the stage that `--until` names."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from compiler.stages.names import BUILD_STAGES, GATE_OF, Stage
from rules.gates.continuation import closed_gates, continues
from rules.gates.gate import read_gate


def closed_gate_lines(lab: Lab, experiment: PlannedExperiment) -> Iterator[str]:
    """Yield what a closed gate of the training or validation kept from running, or what is labelled for it."""
    closed = [gate.name for gate in closed_gates(lab, experiment.id)]
    if not closed:
        return
    gates = f"the {' and '.join(closed)} gate{'s are' if len(closed) > 1 else ' is'} closed"
    documents = _documents(experiment)
    files = ", ".join(f"gates/{name}.json" for name in closed)
    if documents and continues(experiment):
        yield f"{experiment.id}: {gates} ({files}), which {documents} state at their beginning"
    elif documents:
        hint = "experiment.on_gate: continue writes them with a label"
        yield f"{experiment.id}: {documents} not written, because {gates} ({files}; {hint})"


def stage_lines(lab: Lab, experiment: PlannedExperiment, stage: Stage) -> Iterator[str]:
    """Yield the state of the gate after which a build ends, because the user named its stage with `--until`."""
    gate = read_gate(lab, experiment.id, GATE_OF[stage])
    if gate is None:
        is_planned = lab.stage_mark(experiment.id, stage).is_file()
        state = "the spec plans nothing for this stage" if is_planned else "its gate is not decided"
    else:
        state = f"its gate is {'open' if gate.passed else 'closed'}: {gate.why}"
    yield f"{experiment.id}: {stage} is the last stage of this build (--until); {state}"


def last_stage(until: Collection[str]) -> Stage | None:
    """Return the last stage among the names after `--until`, None if there is none."""
    return next((stage for stage in reversed(BUILD_STAGES) if stage in until), None)


def _documents(experiment: PlannedExperiment) -> str:
    counts = {"analyses": len(experiment.analyses), "reports": len(experiment.reports)}
    singular = {"analyses": "analysis", "reports": "report"}
    listed = [f"{count} {singular[name] if count == 1 else name}" for name, count in counts.items() if count]
    return " and ".join(listed)
