"""The options that all commands share with which a person decides, and the choice that they make."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab

if TYPE_CHECKING:
    from lab.approvals.decision import Outcome
    from lab.review.decide import Choice
    from lab.review.item import Item


class OtherContent(InputError):
    """The content does not have the hash that the person gave."""


def add_decision_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="as_name", metavar="NAME", help="the person (default: the author in git's config)")
    parser.add_argument("--sign", type=Path, metavar="KEY", help="sign the decision with this ssh key")
    parser.add_argument("--sha256", metavar="HEX", help="decide only if the content has this hash")


def choice_of(args: argparse.Namespace, lab: Lab, outcome: Outcome, how: str, **fields: Any) -> Choice:
    """Return the choice of the person who runs this command. Raises NotAPerson."""
    from lab.approvals.person import person
    from lab.review.decide import Choice

    sign = None
    if args.sign is not None:
        from lab.approvals.signature import signer

        sign = signer(args.sign)
    return Choice(outcome, person(lab, args.as_name), how, sign=sign, **fields)


def check_hash(args: argparse.Namespace, item: Item) -> None:
    """Raise OtherContent if `--sha256` is given and is not the hash of the item."""
    from lab.review.decide import matches_hash

    if args.sha256 is not None and not matches_hash(item.subject, args.sha256):
        raise OtherContent(
            f"{item.name}: has sha256 {item.subject.sha256}, not {args.sha256} (read it again: proband review"
            f" {item.name}; --sha256 takes at least the first 12 digits)"
        )


def answers_of(words: list[str]) -> Mapping[str, str]:
    """Return the answers of a checklist from `KEY=TEXT` words. Raises InputError."""
    from lab.approvals.decision import is_text

    answers: dict[str, str] = {}
    for word in words:
        if not is_text(word):
            raise InputError(f"--answer {word!a}: is not valid Unicode")
        key, equals, text = word.partition("=")
        if not equals or not key.strip() or not text.strip():
            raise InputError(f"--answer {word}: is not KEY=TEXT")
        if key.strip() in answers:
            raise InputError(f"--answer {key.strip()}: is given twice")
        answers[key.strip()] = text
    return answers
