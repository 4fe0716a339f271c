"""The command that lists the labs whose code may be run: trust."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from compiler.base.lab_trust.trusted_labs import add_trusted_lab, remove_trusted_lab, trust_file, trusted_labs
from compiler.base.printable import printable_line
from compiler.base.trust import distrust_reason
from proband.cli.exit_codes import DONE, WRONG_INPUT
from proband.cli.output import print_json
from proband.cli.plan_access import existing_lab


def add_trust_command(commands: Any) -> None:
    summary = "trust the code of a lab that somebody else wrote, so that builds run it"
    parser = commands.add_parser("trust", help=summary, description=summary)
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="the lab (default: the folder of -C)")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--list", action="store_true", help="list the trusted labs and their state")
    action.add_argument("--remove", action="store_true", help="remove the lab from the list")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=trust)


def trust(args: argparse.Namespace) -> int:
    if args.list:
        return _list(args.json)
    args.directory = args.folder or args.directory
    if args.remove:  # the folder may not exist any more
        root = Path(args.directory)
        is_removed = remove_trusted_lab(root)
        print(f"{root.resolve()}: {'removed from' if is_removed else 'is not in'} {trust_file()}", file=sys.stderr)
        return DONE if is_removed else WRONG_INPUT
    root = existing_lab(args).root.resolve()
    if not (root / "conf").is_dir():
        print(f"{root}: is no lab, because it has no folder conf/ (name the folder of the lab)", file=sys.stderr)
        return WRONG_INPUT
    try:
        add_trusted_lab(root)
    except OSError as error:
        print(f"{trust_file()}: cannot be written: {error.strerror} (set PROBAND_TRUST=1 instead)", file=sys.stderr)
        return WRONG_INPUT
    print(f"{root}: builds run the code of this lab, also after it has changed ({trust_file()})", file=sys.stderr)
    return DONE


def _list(as_json: bool) -> int:
    labs = trusted_labs()
    if as_json:
        print_json({"schema_version": 1, "labs": labs})
        return DONE
    for path in sorted(labs):
        print(printable_line(f"{path}  {_state(Path(path))}"))
    return DONE


def _state(root: Path) -> str:
    """Return `trusted`, or why the entry does not count."""
    if not root.is_dir():
        return "does not exist"
    return distrust_reason(root, environ={}) or "trusted"
