"""Check a tracked run on its server: everything that was logged is there, and comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from compiler.deliverables.check import FinishedRun
from compiler.tracking.record import LoggedArtifact
from lightning_modules.checks.tracked_run.differences import config_differences, row_differences, summary_differences
from lightning_modules.checks.tracked_run.expected_run import MODEL_FOLDER, ExpectedRun
from lightning_modules.checks.tracked_run.server import RemoteRun, Server, WrongArtifact


def remote_problems(
    run: FinishedRun, expected: ExpectedRun, remote: RemoteRun, path: str, metrics: Sequence[str], server: Server
) -> Iterator[str]:
    """Yield how a run on the server differs from what was logged. Raises ServerFailed.

    Artifacts are downloaded only if everything else is as it was logged.
    """
    if remote.state != "finished":
        yield f"the run is {remote.state} on the server"
        return
    problems = [
        *row_differences(expected.values, remote.values, metrics),
        *config_differences(expected, remote.config),
        *summary_differences(expected, remote.summary),
    ]
    yield from problems or artifact_problems(run, expected, remote, path, server)


def artifact_problems(
    run: FinishedRun, expected: ExpectedRun, remote: RemoteRun, path: str, server: Server
) -> Iterator[str]:
    """Yield artifacts that are missing or differ from what was logged, and a downloaded model that does not load."""
    if expected.has_model and not any(artifact.type == "model" for artifact in expected.artifacts):
        yield "the model was not logged as an artifact (write the log again: proband sync)"
    for artifact in expected.artifacts:
        received = [item for item in remote.artifacts if item.name == artifact.name]
        if not received:
            yield f"the server lacks the artifact {artifact.name}"
        elif artifact.digest not in {item.digest for item in received}:
            digests = ", ".join(item.digest for item in received)
            yield f"the artifact {artifact.name} has the digest {digests}, and {artifact.digest} was logged"
        elif any(item.has_files for item in received if item.digest == artifact.digest):
            with TemporaryDirectory() as folder:
                yield from _download_problems(run, artifact, path, server, Path(folder))


def _download_problems(
    run: FinishedRun, artifact: LoggedArtifact, path: str, server: Server, folder: Path
) -> Iterator[str]:
    target = folder / "artifact"
    try:
        server.download(path, artifact.name, artifact.digest, target, _size(run, artifact))
    except WrongArtifact as error:
        yield f"the downloaded artifact {artifact.name} differs from its digest: {error}"
        return
    if artifact.type == "model":
        yield from _model_problems(run, folder)


def _size(run: FinishedRun, artifact: LoggedArtifact) -> int | None:
    """Return the number of bytes of the model in the folder of the run, None without one, or of another artifact."""
    files = [file for file in (run.folder / MODEL_FOLDER).rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) if files and artifact.type == "model" else None


def _model_problems(run: FinishedRun, folder: Path) -> Iterator[str]:
    """Load the downloaded model, as the check of a `model_checkpoint` does. Only Lightning's models can be rebuilt."""
    from lightning_modules.checkpoints.final_model import MODEL  # imports torch
    from lightning_modules.checks.model_checkpoint import check

    if (folder / "artifact" / MODEL).is_file() and "_target_" in (run.config.get("model") or {}):
        downloaded = FinishedRun(run.run_id, folder, run.config, run.data)
        result = check(downloaded, SimpleNamespace(path="artifact"))
        if not result.passed:
            yield f"the downloaded model does not pass: {result.detail}"
