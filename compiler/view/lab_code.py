"""List the code of a lab that the steps after the trainings of an experiment import."""

from __future__ import annotations

from compiler.plan.model import PlannedExperiment

_AGENT_FIELDS = ("analysis_pipeline", "reports")


def lab_types(experiment: PlannedExperiment) -> dict[str, str]:
    """Return the deliverable types that the spec names as `module:NAME`, by the title of the deliverable."""
    types = {title: str(planned.spec["type"]) for title, planned in experiment.deliverables.items()}
    return {title: name for title, name in types.items() if ":" in name}


def lab_agents(experiment: PlannedExperiment) -> list[str]:
    """Return the analysts and writers that the spec names as `module:function`."""
    return [str(name) for field in _AGENT_FIELDS for name in experiment.spec.get(field, ()) if ":" in str(name)]
