"""The command that adds a job to the queue: submit."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import CompileError, InputError
from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from proband.cli.exit_codes import DONE, WRONG_INPUT
from proband.cli.output import print_json
from proband.cli.plan_access import existing_lab

if TYPE_CHECKING:
    from lab.intake.submit import Submission


def add_submit_command(commands: Any) -> None:
    summary = "check a spec, record your approval of its experiment, and add it to the queue"
    parser = commands.add_parser("submit", help=summary, description=summary)
    parser.add_argument("words", nargs="+", metavar="FILE", help="a spec in YAML, or a job in JSON; or KEY=VALUE …")
    parser.add_argument("--create-job", action="store_true", help="write the job from the words KEY=VALUE")
    parser.add_argument("--as", dest="as_name", metavar="NAME", help="your name (default: git's user.name)")
    parser.add_argument("--sign", type=Path, metavar="KEY", help="sign the approval with an ssh key")
    parser.add_argument("--dry-run", action="store_true", help="show the spec, and neither approve nor queue it")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=submit)


def submit(args: argparse.Namespace) -> int:
    from lab.intake.read_job import BareConfig

    lab = existing_lab(args)
    try:
        if args.create_job:
            return _submit_words(args, lab)
        if len(args.words) > 1:
            raise InputError("submit takes one FILE (or --create-job KEY=VALUE …)")
        from lab.intake.reading.job_file import read_job_file

        (name,) = args.words
        return _submit(args, lab, read_job_file(Path(name), name), name)
    except BareConfig as error:
        print(error, file=sys.stderr)
        print(error.template, end="")
        return WRONG_INPUT


def _submit_words(args: argparse.Namespace, lab: Lab) -> int:
    from lab.intake.command_job import NAME, at_words, job_of_words
    from lab.intake.read_job import BareConfig

    content = job_of_words(args.words)
    try:
        return _submit(args, lab, content, NAME)
    except BareConfig as error:
        raise BareConfig(at_words(error, args.words), error.template) from error
    except CompileError as error:
        raise CompileError(at_words(error, args.words)) from error


def _submit(args: argparse.Namespace, lab: Lab, content: bytes, name: str) -> int:
    from lab.approvals.person import person
    from lab.approvals.signature import signer
    from lab.intake.read_job import read_job
    from lab.intake.submit import submit as submit_job

    if args.dry_run:
        print(read_job(lab, content, name).spec, end="")
        return DONE
    by = person(lab, args.as_name)
    submission = submit_job(lab, content, name, by, signer(args.sign) if args.sign else None)
    for warning in submission.submitted.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if args.json:
        print_json(_as_json(lab, submission))
    else:
        print("\n".join(_lines(lab, submission)))
    return DONE


def _as_json(lab: Lab, submission: Submission) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "job": submission.job.name,
        "experiment_id": submission.submitted.experiment_id,
        "priority": submission.job.priority,
        "approved_by": submission.by.name,
        "approval": submission.approval and submission.approval.relative_to(lab.root).as_posix(),
        "sha256": submission.submitted.subject.sha256,
    }


def _lines(lab: Lab, submission: Submission) -> list[str]:
    experiment = submission.submitted.experiment_id
    approval = submission.approval
    approved = (
        f"approved by {submission.by.name} in {approval.relative_to(lab.root)}" if approval else "approved before"
    )
    return [
        f"queue/{submission.job.name}: {experiment}, {submission.job.priority} priority",
        printable_line(f"{experiment}: {approved}"),
        "Next: proband work (or proband queue)",
    ]
