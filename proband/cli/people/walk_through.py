"""Show the items that wait one after the other, and ask a person at a terminal to decide about each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from proband.cli.exit_codes import DONE
from proband.cli.people.decision_commands import edit_item
from proband.cli.people.decision_options import choice_of

if TYPE_CHECKING:
    from lab.review.item import Item

_HOW = "proband review"


def walk_through(args: argparse.Namespace, lab: Lab, plan: Plan, items: Sequence[Item]) -> int:
    """Ask about each item until all are decided or skipped. The end of the input ends it, as `q` does."""
    from compiler.view.rich_output import print_rich
    from lab.review.render_items import item_view, items_table
    from lab.review.waiting import with_power_of_test

    if not items:
        print_rich(items_table(items))
    for number, item in enumerate(items, start=1):
        print_rich(item_view(with_power_of_test(lab, item)))
        try:
            if not _decide(args, lab, plan, item, f"{number} of {len(items)}"):
                return DONE
        except EOFError:
            print()
            return DONE
    return DONE


def _decide(args: argparse.Namespace, lab: Lab, plan: Plan, item: Item, position: str) -> bool:
    """Ask until the item is decided or skipped. Return False to stop. There is no default answer."""
    is_proposal, is_report = item.subject.kind == "proposal", item.subject.kind == "report"
    more = ", e edit" if is_proposal else ", b back with remarks" if is_report else ""
    while True:
        key = input(f"{position}: a approve, r reject{more}, s skip, q quit: ").strip().lower()
        try:
            if key == "s":
                return True
            if key == "q":
                return False
            if key == "a":
                return _approve(args, lab, plan, item)
            if key == "r":
                return _reject(args, lab, plan, item)
            if key == "e" and is_proposal:
                edit_item(args, lab, plan, item.name, asks=True)
                return True
            if key == "b" and is_report:
                return _return(args, lab, item)
        except InputError as error:
            print(error, file=sys.stderr)


def _approve(args: argparse.Namespace, lab: Lab, plan: Plan, item: Item) -> bool:
    from lab.review.approve import approve_item

    score = _score() if item.subject.kind == "report" else None
    files = approve_item(lab, plan, item, choice_of(args, lab, "approved", _HOW, score=score))
    print(f"approved ({', '.join(file.relative_to(lab.root).as_posix() for file in files)})")
    return True


def _reject(args: argparse.Namespace, lab: Lab, plan: Plan, item: Item) -> bool:
    from lab.review.approve import reject_item

    why = input("why: ").strip()
    if not why:
        raise InputError("a rejection needs a reason")
    file = reject_item(lab, plan, item, choice_of(args, lab, "rejected", _HOW, why=why))
    print(f"rejected ({file.relative_to(lab.root).as_posix()})")
    return True


def _return(args: argparse.Namespace, lab: Lab, item: Item) -> bool:
    from lab.review.report_decisions import return_report

    score, remarks = _score(), []
    while remark := input("remark (an empty line ends them): ").strip():
        remarks.append(remark)
    if not remarks:
        raise InputError("a report is returned with at least one remark")
    choice = choice_of(args, lab, "returned", _HOW, score=score, remarks=tuple(remarks))
    file = return_report(lab, item.subject, choice)
    print(f"returned ({file.relative_to(lab.root).as_posix()})")
    return True


def _score() -> int | None:
    while (answer := input("score, 1 to 5 (empty: none): ").strip()) not in ("", "1", "2", "3", "4", "5"):
        pass
    return int(answer) if answer else None
