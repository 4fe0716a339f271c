"""The command that shows what waits for a person, and with which a person reviews a report: review."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from proband.cli.exit_codes import DONE
from proband.cli.output import print_answer
from proband.cli.people.decision_options import add_decision_options, check_hash, choice_of
from proband.cli.plan_access import compile_plan

if TYPE_CHECKING:
    from lab.review.item import Item


def add_review_command(commands: Any) -> None:
    summary = "show what waits for a decision: one after the other on a terminal, as a list without one"
    parser = commands.add_parser("review", help=summary, description=summary)
    parser.add_argument("name", nargs="?", metavar="NAME", help="show this item with all details")
    parser.add_argument("--json", action="store_true")
    add_decision_options(parser)
    report = parser.add_argument_group("review of a report")
    outcome = report.add_mutually_exclusive_group()
    outcome.add_argument("--accept", action="store_true", help="accept the report")
    outcome.add_argument("--back", action="store_true", help="return it: its next version answers each remark")
    report.add_argument("--score", type=int, choices=range(1, 6), help="its quality, 1 to 5")
    report.add_argument("--comment", default="", metavar="TEXT")
    report.add_argument("--remark", action="append", default=[], metavar="TEXT", help="may begin with 'Section title:'")
    report.add_argument("--answer", action="append", default=[], metavar="N=TEXT", help="answer remark N yourself")
    parser.set_defaults(command=review)


def review(args: argparse.Namespace) -> int:
    from lab.review.waiting import find_item, waiting
    from proband.cli.people.walk_through import walk_through

    lab, plan = compile_plan(args)
    _print_damaged(lab)
    if args.name is None:
        _refuse_report_options(args)
        items = waiting(lab, plan)
        if sys.stdin.isatty() and sys.stdout.isatty() and not args.json:
            return walk_through(args, lab, plan, items)
        return _print_items(args, items)
    item = find_item(lab, plan, args.name)
    check_hash(args, item)
    if args.accept or args.back or args.answer:
        return _review_report(args, lab, item)
    _refuse_report_options(args)
    from lab.review.waiting import with_power_of_test

    return _print_item(args, with_power_of_test(lab, item))


def _print_items(args: argparse.Namespace, items: tuple[Item, ...]) -> int:
    def as_table() -> Any:
        from lab.review.render_items import items_table

        return items_table(items)

    print_answer(args, lambda: {"schema_version": 1, "items": [item.to_json() for item in items]}, as_table)
    if items and not args.json:
        print("proband review NAME shows one of them; proband approve NAME, proband reject NAME --why TEXT decide it")
    return DONE


def _print_item(args: argparse.Namespace, item: Item) -> int:
    def as_table() -> Any:
        from lab.review.render_items import item_view

        return item_view(item)

    print_answer(args, lambda: {"schema_version": 1, "item": item.to_json()}, as_table)
    return DONE


def _review_report(args: argparse.Namespace, lab: Lab, item: Item) -> int:
    """Record the review of a report, or an answer to a remark of an earlier review."""
    from lab.approvals.person import person
    from lab.review.report_decisions import accept_report, answer_remarks, return_report, reviewed_texts, section_notes

    if item.subject.kind != "report":
        raise InputError(f"{item.name}: --accept, --back and --answer are for reports (proband approve {item.name})")
    if args.back and not args.remark:
        raise InputError("a report is returned with remarks, which its next version answers (add --remark TEXT)")
    if args.answer and (args.accept or args.back or args.score or args.comment or args.remark):
        raise InputError("--answer is given alone (the next version of the report quotes it, and is reviewed again)")
    if args.remark and not args.back:
        raise InputError("--remark returns a report (add --back)")
    experiment, title = item.name.split("/")
    if args.answer:
        answers = [_numbered(word) for word in args.answer]
        file = answer_remarks(lab, item.name, answers, person(lab, args.as_name))
        print(f"{item.name}: the next version quotes the answer ({file.relative_to(lab.root)})", file=sys.stderr)
    if args.accept:
        choice = choice_of(args, lab, "approved", "proband review", why=args.comment, score=args.score)
        file = accept_report(lab, item.subject, choice)
        print(f"{item.name}: accepted ({file.relative_to(lab.root)})", file=sys.stderr)
    if args.back:
        for note in section_notes(args.remark, list(reviewed_texts(lab, experiment, title))):
            print(note, file=sys.stderr)
        remarks = tuple(args.remark)
        choice = choice_of(args, lab, "returned", "proband review", why=args.comment, score=args.score, remarks=remarks)
        file = return_report(lab, item.subject, choice)
        print(f"{item.name}: returned ({file.relative_to(lab.root)})", file=sys.stderr)
    if args.back or args.answer:
        print(f"the next build writes it again: snakemake --cores 2 {experiment}", file=sys.stderr)
    return DONE


def _refuse_report_options(args: argparse.Namespace) -> None:
    if args.accept or args.back or args.score or args.comment or args.remark or args.answer:
        raise InputError("a review of a report needs its name and --accept or --back (proband review NAME --accept)")


def _numbered(word: str) -> tuple[int, str]:
    match = re.fullmatch(r"([0-9]{1,6})=(.+)", word, re.DOTALL)
    if match is None:
        raise InputError(f"--answer {word}: is not N=TEXT, where N is the number of a remark")
    return int(match[1]), match[2]


def _print_damaged(lab: Lab) -> None:
    from lab.approvals.decision_files import read_decisions

    for damaged in read_decisions(lab).damaged:
        print(damaged, file=sys.stderr)
