"""The `proband` command. Answers go to standard output, messages to standard error."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, redirect_stderr
from pathlib import Path
from typing import TextIO, cast

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.base.printable import printable
from compiler.base.trust import require_trust
from compiler.python_source.import_path import importable, not_importable
from compiler.view.no_lab import is_lab, no_lab_message
from proband.cli.evidence_commands import add_evidence_commands
from proband.cli.exit_codes import DONE, INTERRUPTED, WRONG_INPUT
from proband.cli.log_commands import add_logs_command
from proband.cli.output import PrintableStream
from proband.cli.people.advance_command import add_advance_command
from proband.cli.people.decision_commands import add_decision_commands
from proband.cli.people.hold_command import add_hold_command
from proband.cli.people.review_command import add_review_command
from proband.cli.plan_commands import add_diff_command, add_plan_commands
from proband.cli.planning_commands import add_planning_commands
from proband.cli.proof.reproduce_command import add_reproduce_command
from proband.cli.publication.publication_command import add_publication_command
from proband.cli.queue.queue_commands import add_queue_commands
from proband.cli.queue.submit_command import add_submit_command
from proband.cli.queue.work_command import add_work_command
from proband.cli.result_commands import add_result_commands
from proband.cli.run_commands import add_run_commands
from proband.cli.setup.doctor_command import add_doctor_command
from proband.cli.setup.start_commands import add_start_commands
from proband.cli.setup.train_command import add_train_command
from proband.cli.setup.version import PrintVersion
from proband.cli.state_commands import add_state_commands
from proband.cli.storage.archive_commands import add_archive_commands
from proband.cli.storage.clean_command import add_clean_command
from proband.cli.tracking.sync_command import add_sync_command
from proband.cli.trust_commands import add_trust_command
from proband.cli.try_command import add_try_command
from proband.cli.verify_commands import add_verify_command


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        args = _parse(argv)
    except SystemExit as error:
        if error.code and not is_lab(folder := _directory(argv)):
            print(no_lab_message(folder), file=sys.stderr)
        raise
    try:
        with _importing(args), _printable_messages(args):
            return int(args.command(args))
    except InputError as error:
        print(printable(str(error)), file=sys.stderr)
        return WRONG_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the process that reads our output closed the pipe, for example `head`
        return DONE


def _importing(args: argparse.Namespace) -> AbstractContextManager[None]:
    """Make the lab's modules importable for a command whose parser sets `runs_lab_code`, and for no other.

    Raises:
        UntrustedLab: The command runs code of the lab, which must not be run.
    """
    lab = Lab(Path(args.directory))
    if not getattr(args, "runs_lab_code", False):
        return not_importable(lab.root)
    require_trust(lab)
    return importable(lab.root)


def _printable_messages(args: argparse.Namespace) -> AbstractContextManager[object]:
    """Make messages printable, because they quote files of the lab. Code of the lab may draw on the terminal."""
    if getattr(args, "runs_lab_code", False):
        return nullcontext()
    return redirect_stderr(cast(TextIO, PrintableStream(sys.stderr)))


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="proband", description="From YAML experiment specs to Snakemake runs.")
    parser.add_argument("-C", "--directory", default=".", help="the lab (default: the current folder)")
    parser.add_argument("--version", action=PrintVersion, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_start_commands(commands)
    add_doctor_command(commands)
    add_train_command(commands)
    add_try_command(commands)
    add_plan_commands(commands)
    add_planning_commands(commands)
    add_state_commands(commands)
    add_logs_command(commands)
    add_run_commands(commands)
    add_result_commands(commands)
    add_clean_command(commands)
    add_archive_commands(commands)
    add_sync_command(commands)
    add_advance_command(commands)
    add_hold_command(commands)
    add_review_command(commands)
    add_decision_commands(commands)
    add_diff_command(commands)
    add_evidence_commands(commands)
    add_verify_command(commands)
    add_reproduce_command(commands)
    add_trust_command(commands)
    add_publication_command(commands)
    add_submit_command(commands)
    add_queue_commands(commands)
    add_work_command(commands)
    return parser


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the arguments. Experiments and overrides may also follow an option, which argparse does not allow."""
    parser = command_line()
    args, unparsed = parser.parse_known_args(argv)
    if unparsed:
        if not hasattr(args, "experiments") or any(word.startswith("-") for word in unparsed):
            parser.error(f"unrecognized arguments: {' '.join(unparsed)}")
        args.experiments = [*args.experiments, *unparsed]
    return args


def _directory(argv: Sequence[str] | None) -> Path:
    """Return the folder in the arguments, also if the other arguments are wrong."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("-C", "--directory", default=".")
    return Path(parser.parse_known_args(argv)[0].directory)


if __name__ == "__main__":
    sys.exit(main())
