"""State how far the publication of an experiment is, from its files as they are now. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from compiler.base.paths import Lab
from lab.publication.candidate import Candidate, NotPrepared, prepared_experiments, read_candidate
from lab.publication.checklist import required_answers
from lab.publication.folders import archive_file, package_folder
from lab.publication.publication_gate import approve_command
from lab.publication.publish import edited_files
from rules.gates.gate import read_gate

State = Literal["published", "closed", "edited", "not prepared"]


@dataclass(frozen=True)
class PublicationState:
    """A publication.

    Attributes:
        state: `published` if its gate is open and its archive is what was approved, `edited` if files were changed
            since they were written.
        reasons: why it is not published.
        open_items: the questions that the approval must answer, by item.
        command: the command that approves it, "" if it is approved or not prepared.
    """

    experiment: str
    state: State
    package: str
    archive: str
    reasons: tuple[str, ...]
    open_items: dict[str, str]
    command: str

    def to_json(self) -> dict[str, Any]:
        return {
            "experiment_id": self.experiment,
            "state": self.state,
            "package": self.package,
            "archive": self.archive,
            "reasons": list(self.reasons),
            "open_items": self.open_items,
            "command": self.command,
        }


def publication_states(lab: Lab, experiments: list[str]) -> list[PublicationState]:
    """Return the states of these experiments, or of all with a prepared package."""
    return [publication_state(lab, name) for name in experiments or prepared_experiments(lab)]


def publication_state(lab: Lab, experiment: str) -> PublicationState:
    package = package_folder(lab, experiment).relative_to(lab.root).as_posix()
    archive = archive_file(lab, experiment)
    edits = edited_files(lab, experiment)
    try:
        candidate = read_candidate(lab, experiment)
    except (NotPrepared, ValueError, FileNotFoundError) as error:
        state: State = "edited" if edits else "not prepared"
        return PublicationState(experiment, state, package, "", tuple(edits) or (str(error),), {}, "")
    gate = read_gate(lab, experiment, "publication")
    reasons = [*edits, *_reasons(candidate)]
    if gate is not None and not gate.passed:
        reasons += (f"{item.name}: {item.reason}" for item in gate.failed if item.name != "approval")
    if not reasons and not archive.is_file():
        reasons.append("the archive is not written (run snakemake --cores 2 publication)")
    open_items = {item.id: item.question for item in required_answers(candidate.items)}
    command = "" if candidate.standing.is_approved else approve_command(experiment, candidate.items)
    state = "edited" if edits else "closed" if reasons else "published"
    path = archive.relative_to(lab.root).as_posix() if archive.is_file() else ""
    return PublicationState(experiment, state, package, path, tuple(reasons), open_items, command)


def _reasons(candidate: Candidate) -> Iterator[str]:
    standing = candidate.standing
    who = standing.decision.by.name if standing.decision else ""
    if standing.state == "undecided":
        yield "approval: no person has approved it"
    elif standing.state == "void":
        yield f"approval: void, because the package is not what {who} approved"
    elif not standing.is_approved:
        yield f"approval: {standing.state} by {who}: {standing.decision.why if standing.decision else ''}"
    else:
        yield from candidate.answer_problems(standing.decision.answers if standing.decision else {})
