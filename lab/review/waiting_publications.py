"""List the prepared publications that no person has approved, and the risk flags that no person has signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.approvals.decisions import Decisions
from lab.approvals.standing import standing
from lab.approvals.subject import Subject
from lab.approvals.subject_hashes import NoSubject
from lab.ethics.flags import flags
from lab.publication.candidate import Candidate, NotPrepared, prepared_experiments, read_candidate
from lab.publication.checklist import required_answers
from lab.publication.checksums import CHECKSUMS
from lab.publication.folders import package_folder
from lab.publication.publication_gate import approve_command
from lab.publication.publication_subject import publication_subject
from lab.review.item import Item


def publication_items(lab: Lab, plan: Plan, decisions: Decisions) -> Iterator[Item]:
    """Yield the prepared publications that are not decided, and the unsigned flags of their experiments."""
    for name in prepared_experiments(lab):
        item = publication_item(lab, name)
        if item is not None and item.standing.state in ("undecided", "void"):
            yield item
        if name in plan.experiments:
            raised = flag_items(lab, plan, name, decisions)
            yield from (flag for flag in raised if flag.standing.state in ("undecided", "void"))


def publication_item(lab: Lab, experiment: str) -> Item | None:
    """Return the item of a publication, None if it is not prepared. Its hash is that without any answers."""
    candidate = _candidate(lab, experiment)
    if candidate is None:
        return None
    open_items = {item.id: item.question for item in required_answers(candidate.items)}
    notes = tuple(f"answer {name}: {question}" for name, question in open_items.items())
    return Item(
        package_subject(lab, experiment, {}),
        package_folder(lab, experiment).relative_to(lab.root).as_posix(),
        f"publication to approve: {approve_command(experiment, candidate.items)}",
        standing=candidate.standing,
        notes=notes,
        details={"open_items": open_items},
    )


def package_subject(lab: Lab, experiment: str, answers: Mapping[str, str]) -> Subject:
    """Return what an approval of the prepared package with these answers binds to."""
    file = package_folder(lab, experiment) / CHECKSUMS
    return publication_subject(experiment, file.read_bytes() if file.is_file() else b"", answers)


def missing_answers(lab: Lab, experiment: str, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Return why answers do not settle the checklist of a prepared publication."""
    candidate = _candidate(lab, experiment)
    return tuple(candidate.answer_problems(answers)) if candidate is not None else ("the package is not prepared",)


def flag_items(lab: Lab, plan: Plan, experiment: str, decisions: Decisions) -> Iterator[Item]:
    """Yield the risk flags of an experiment."""
    if experiment not in plan.experiments:
        return
    try:
        raised = flags(lab, plan, experiment)
    except NoSubject:
        return
    for flag in raised:
        what = f"{flag.title}: {'; '.join(flag.findings)}"
        note = f"{flag.question} (sign it with proband approve {flag.subject.name} --why ANSWER)"
        file = plan.experiments[experiment].file
        yield Item(flag.subject, file, what, standing=standing(decisions, flag.subject), notes=(note,))


def _candidate(lab: Lab, experiment: str) -> Candidate | None:
    try:
        return read_candidate(lab, experiment)
    except (NotPrepared, ValueError, FileNotFoundError):
        return None
