"""Commands with which a person decides about one item: approve, reject, edit."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from proband.cli.exit_codes import DONE, WRONG_INPUT
from proband.cli.people.decision_options import add_decision_options, answers_of, check_hash, choice_of
from proband.cli.plan_access import compile_plan


def add_decision_commands(commands: Any) -> None:
    for name, command, summary in (
        ("approve", approve, "approve a proposal, experiment, report or publication in its current content"),
        ("reject", reject, "reject a proposal, experiment, report or publication, with a reason"),
        ("edit", edit, "edit a copy of a proposal in $VISUAL or $EDITOR, and approve the result as your own spec"),
    ):
        parser = commands.add_parser(name, help=summary, description=summary)
        parser.add_argument("name", metavar="NAME", help="as `proband review` lists it")
        parser.add_argument("--why", default="", metavar="TEXT", help="the reason")
        add_decision_options(parser)
        parser.set_defaults(command=command)
    commands.choices["approve"].add_argument(
        "--answer", action="append", default=[], metavar="KEY=TEXT", help="answer an item of a checklist"
    )


def approve(args: argparse.Namespace) -> int:
    from lab.review.approve import approve_item
    from lab.review.waiting import find_item

    lab, plan = compile_plan(args)
    item = find_item(lab, plan, args.name)
    check_hash(args, item)
    choice = choice_of(args, lab, "approved", "proband approve", why=args.why, answers=answers_of(args.answer))
    _print_recorded(lab, item.name, "approved", approve_item(lab, plan, item, choice))
    return DONE


def reject(args: argparse.Namespace) -> int:
    from lab.review.approve import reject_item
    from lab.review.waiting import find_item

    if not args.why.strip():
        raise InputError("a rejection needs a reason (proband reject NAME --why TEXT)")
    lab, plan = compile_plan(args)
    item = find_item(lab, plan, args.name)
    check_hash(args, item)
    if line := item.state_line:
        print(f"decided before: {line}", file=sys.stderr)
    choice = choice_of(args, lab, "rejected", "proband reject", why=args.why)
    _print_recorded(lab, item.name, "rejected", [reject_item(lab, plan, item, choice)])
    return DONE


def edit(args: argparse.Namespace) -> int:
    from lab.review.waiting import find_item

    lab, plan = compile_plan(args)
    item = find_item(lab, plan, args.name)
    check_hash(args, item)
    return edit_item(args, lab, plan, item.name, asks=sys.stdin.isatty())


def edit_item(args: argparse.Namespace, lab: Lab, plan: Plan, name: str, *, asks: bool) -> int:
    """Edit a proposal and approve the result. With `asks`, a person may correct a spec that does not compile."""
    from lab.review.edit import EditingFailed, edit_text, spec_problems, write_edited_spec
    from lab.review.waiting import find_proposal

    proposal = find_proposal(lab, name)
    if proposal is None or proposal.problem:
        spec = plan.experiments[name].file if name in plan.experiments else "the file"
        raise EditingFailed(f"{name}: is no proposal that can be edited (edit {spec} itself)")
    choice = choice_of(args, lab, "approved", "proband edit", why=getattr(args, "why", ""))
    text = proposal.text
    while True:
        text = edit_text(text, proposal.file.name, os.environ)
        if text == proposal.text:
            print(f"{name}: unchanged, so nothing was decided (proband approve {name})", file=sys.stderr)
            return DONE
        problems = spec_problems(lab, name, text)
        if not problems:
            break
        print("\n".join(problems), file=sys.stderr)
        if not asks or not _wants("edit it again? [y/n] "):
            print(f"{name}: the edited spec does not compile, so nothing was changed", file=sys.stderr)
            return WRONG_INPUT
    if asks and not _wants(f"approve the edited spec as {choice.by}? [y/n] "):
        print(f"{name}: nothing was changed", file=sys.stderr)
        return DONE
    _print_recorded(lab, name, "approved as edited", list(write_edited_spec(lab, proposal, text, choice)))
    return DONE


def _wants(question: str) -> bool:
    """Return whether a person answers with y. Other answers than y and n are asked again."""
    while (answer := input(question).strip().lower()) not in ("y", "n"):
        pass
    return answer == "y"


def _print_recorded(lab: Lab, name: str, outcome: str, files: list[Any]) -> None:
    listed = ", ".join(file.relative_to(lab.root).as_posix() for file in files)
    print(f"{name}: {outcome} ({listed})", file=sys.stderr)
