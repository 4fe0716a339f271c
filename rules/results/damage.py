"""Find artifacts and data that differ from those that a run recorded."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.base.paths import Lab
from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.plan.planned_run import read_run_job
from rules.results.run_record import RunRecord


def damaged_artifacts(lab: Lab, run: RunRecord) -> Iterator[str]:
    """Yield a description of each artifact that is missing or changed, and of data of another version."""
    for path, artifact in run.status.artifacts.items():
        file = run.folder / path
        if not file.is_file():
            yield f"{run.run_id}/{path} is missing"
        elif not artifact.matches(file):
            yield f"{run.run_id}/{path} was changed after the run"
    if not (run.folder / "config.json").is_file():
        return
    try:
        data = read_object(run.folder, "config.json").get("data")
    except UnreadableArtifact as error:
        yield f"{run.run_id}: {error}"
        return
    if data != read_run_job(lab.run_job(run.run_id)).data:
        yield f"{run.run_id} was trained with other data versions than those in the plan"
