"""Describe the workflow and its execution as entities of a crate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from compiler.base.paths import ENGINE
from lab.publication.contents.material import Material
from lab.publication.crate.node import Node, file_id, local_id, refs
from lab.publication.crate.run_actions import STATUS, STEP, control_id
from lab.publication.crate.software import SNAKEMAKE, training_id
from lab.publication.crate.stored_runs import StoredRun

SNAKEFILE = "workflow/Snakefile"
EXECUTION = local_id("workflow-run")
_BUILD = local_id("build")
_LANGUAGE = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
_RESULTS = ("payload.json", "facts.jsonl", "verdicts.jsonl", "series.jsonl")


def workflow_files() -> Iterator[tuple[str, bytes]]:
    """Yield the path and content of the files of the workflow, as the engine has them."""
    yield SNAKEFILE, (ENGINE / "Snakefile").read_bytes()
    for file in sorted((ENGINE / "rules").glob("*.smk")):
        yield f"workflow/rules/{file.name}", file.read_bytes()


def workflow_nodes(
    material: Material, runs: Sequence[StoredRun], files: Mapping[str, bytes], spec: str, agents: Sequence[str]
) -> Iterator[Node]:
    """Yield the workflow, its step, and the action that executed it."""
    tools = dict.fromkeys(map(training_id, runs))
    workflow = {
        "name": f"Workflow of {material.name}",
        "description": "The rules of Snakemake that train the runs of a spec, check them and write the reports.",
        "programmingLanguage": {"@id": _LANGUAGE},
        "conformsTo": {"@id": "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"},
        "hasPart": refs(tools),
        "step": {"@id": STEP},
    }
    types = ("File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo")
    yield Node(file_id(SNAKEFILE), types, workflow)
    language = {"name": "Snakemake", "url": SNAKEMAKE, "identifier": SNAKEMAKE}
    yield Node(_LANGUAGE, ("ComputerLanguage",), language)
    yield Node(STEP, ("HowToStep",), {"name": "train", "position": "1", "workExample": refs(tools)})
    yield _execution(material, runs, files, spec, agents)
    build = {
        "name": f"Build of {material.name}",
        "agent": refs(agents),
        "instrument": {"@id": SNAKEMAKE},
        "object": refs(control_id(run.id) for run in runs),
        "result": {"@id": EXECUTION},
    }
    yield Node(_BUILD, ("OrganizeAction",), build)


def _execution(
    material: Material, runs: Sequence[StoredRun], files: Mapping[str, bytes], spec: str, agents: Sequence[str]
) -> Node:
    """Return the execution of the workflow. It failed if a gate before the publication is closed."""
    closed = [f"{gate}: {content.why}" for gate, content in material.gates.items() if not content.passed]
    inputs = [path for path in files if path == spec or path.startswith("reproduce/conf/")]
    results = [path for path in files if path in _RESULTS or path.startswith("reports/")]
    properties = {
        "name": f"Execution of the workflow for {material.name}",
        "description": "From the start of the earliest run to the end of the latest, with all pauses between builds.",
        "startTime": min((run.started for run in runs if run.started), default=None),
        "endTime": max((run.ended for run in runs if run.ended), default=None),
        "agent": refs(agents),
        "instrument": {"@id": file_id(SNAKEFILE)},
        "object": refs(map(file_id, sorted(inputs))),
        "result": refs(map(file_id, sorted(results))),
        "actionStatus": STATUS[not closed],
        "error": f"closed gates: {'; '.join(closed)}" if closed else None,
    }
    return Node(EXECUTION, ("CreateAction",), properties)
