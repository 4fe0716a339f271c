"""Let a person edit a copy of a proposal in an editor, and write the result as the person's own spec."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from lab.approvals.subject import Subject
from lab.collaboration.proposal_files import Proposal, read_proposal
from lab.review.approve_proposal import write_approved_spec
from lab.review.decide import Choice, check_unchanged, decision_lock, record_choice
from lab.review.waiting_proposals import spec_with_id
from lab.spec_files.compiled_subject import compiled_subject
from rules.reporting.proposed_specs import plan_with_proposals

_HEADER = "# @package _global_\n"


class EditingFailed(InputError):
    """No editor is configured, or it failed. Nothing was changed."""


def edit_text(text: str, file_name: str, environ: Mapping[str, str]) -> str:
    """Open $VISUAL or $EDITOR on a copy of a text, and return the text that the person saved.

    Raises:
        EditingFailed: There is no editor, it failed, or the file is missing, empty or not UTF-8 afterwards.
    """
    editor = environ.get("VISUAL") or environ.get("EDITOR")
    if not editor:
        raise EditingFailed("no editor is configured (set EDITOR, for example: export EDITOR='code --wait')")
    with TemporaryDirectory(prefix="proband-edit-") as folder:
        file = Path(folder) / file_name
        file.write_text(text, encoding="utf-8")
        _run_editor(editor, file)
        try:
            edited = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise EditingFailed(f"the edited file cannot be read: {error}; nothing was changed") from error
    if not edited.strip():
        raise EditingFailed("the edited file is empty; nothing was changed")
    return edited


def spec_problems(lab: Lab, name: str, text: str) -> tuple[str, ...]:
    """Return the diagnostics of an edited spec, as if it were `conf/experiment/<name>.yaml`."""
    plan = plan_with_proposals(lab, {name: text})
    if name in plan.broken:
        return tuple(line.rpartition("/experiment/")[2] for line in plan.broken[name])
    if spec_with_id(plan, name) != f"{name}.yaml":
        return (f"{name}.yaml: experiment.experiment_id is not '{name}', or another spec has it (keep the id)",)
    return ()


def write_edited_spec(lab: Lab, proposal: Proposal, text: str, choice: Choice) -> tuple[Path, Path]:
    """Write an edited proposal as a spec of the person, approve it, and reject the proposal that it replaces.

    Return the spec and the file of the approval.

    Raises:
        ChangedSinceShown, CannotDecide, NotCompiled, SpecExists: as `approve_proposal`.
    """
    content = with_origin(lab, proposal, text, choice.by.name).encode("utf-8")

    def subjects() -> tuple[Subject, ...]:
        return (compiled_subject(lab, proposal.id),)

    with decision_lock(lab):
        check_unchanged(lab, proposal.subject, read_proposal(proposal.file).subject, "rejected")
        spec, decision = write_approved_spec(lab, proposal.id, content, subjects, choice)
        why = f"replaced by the edited spec {spec.relative_to(lab.root).as_posix()}"
        record_choice(lab, (proposal.subject,), replace(choice, outcome="rejected", why=why))
        return spec, decision


def with_origin(lab: Lab, proposal: Proposal, text: str, editor: str) -> str:
    """Return the text with a comment that names the proposal and the person who edited it."""
    source = proposal.file.relative_to(lab.root).as_posix()
    origin = f"# Edited by {editor} from {source} (sha256 {proposal.subject.sha256}).\n"
    if text.startswith(_HEADER):
        return f"{_HEADER}{origin}{text.removeprefix(_HEADER)}"
    return f"{origin}{text}"


def _run_editor(editor: str, file: Path) -> None:
    try:
        words = shlex.split(editor)
        completed = subprocess.run([*words, str(file)], check=False)
    except (OSError, ValueError) as error:
        raise EditingFailed(f"the editor {editor!r} cannot be started: {error}; nothing was changed") from error
    if completed.returncode:
        raise EditingFailed(f"the editor {editor!r} ended with {completed.returncode}; nothing was changed")
