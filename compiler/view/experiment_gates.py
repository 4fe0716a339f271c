"""Read the gates of an experiment: those that it has, and those that a build or a person has decided."""

from __future__ import annotations

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from compiler.stages.current_stage import DecidedGate
from compiler.stages.names import GATES, GateName


def decided_gates(lab: Lab, experiment_id: str) -> dict[GateName, DecidedGate]:
    """Return the gates of an experiment that have a file, in their order. A gate with a damaged file is closed."""
    files = {gate: lab.gate_file(experiment_id, gate) for gate in GATES}
    contents = {gate: readable_object(file) or {} for gate, file in files.items() if file.is_file()}
    return {
        gate: DecidedGate(content.get("status") == "passed", str(content.get("why", f"{files[gate]} is damaged")))
        for gate, content in contents.items()
    }


def planned_gates(experiment: PlannedExperiment) -> tuple[GateName, ...]:
    """Return the gates of an experiment. One without reports has no publication."""
    has_documents = bool(experiment.analyses or experiment.reports)
    documents: tuple[GateName, ...] = ("analysis",) if has_documents else ()
    return (
        "experiment",
        "training",
        "validation",
        *documents,
        *(("reports", "publication") if experiment.reports else ()),
    )
