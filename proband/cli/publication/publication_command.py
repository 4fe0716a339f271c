"""The command that shows how far publications are: publication."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.base.printable import printable_line
from proband.cli.exit_codes import DONE, NOT_SUPPORTED
from proband.cli.output import print_answer
from proband.cli.plan_access import add_experiments, compile_plan, existing_lab, select_experiments

if TYPE_CHECKING:
    from lab.publication.publication_state import PublicationState


def add_publication_command(commands: Any) -> None:
    summary = "show what is prepared for publication, what was edited, and who must approve what"
    parser = commands.add_parser("publication", help=summary, description=summary)
    add_experiments(parser, publication)
    parser.add_argument("--site", type=Path, metavar="FOLDER", help="write a site with what is published")


def publication(args: argparse.Namespace) -> int:
    """Print the state of each publication. The exit code is 1 if files were edited after they were written."""
    from lab.publication.publication_state import publication_states

    if args.site is not None:
        return _write_site(args)
    names = select_experiments(args.experiments, compile_plan(args)[1]) if args.experiments else []
    states = publication_states(existing_lab(args), names)
    content = {"schema_version": 1, "publications": [state.to_json() for state in states]}
    print_answer(args, lambda: content, lambda: _text(states))
    return NOT_SUPPORTED if any(state.state == "edited" for state in states) else DONE


def _write_site(args: argparse.Namespace) -> int:
    from lab.site.write_site import write_site

    published = write_site(existing_lab(args), args.site)
    print(f"{args.site}/index.html: {', '.join(published) or 'nothing is published'}")
    return DONE


def _text(states: list[PublicationState]) -> str:
    lines = []
    for state in states:
        lines.append(f"{state.experiment}: {state.state}: {state.archive or state.package}")
        lines += [f"  {printable_line(reason)}" for reason in state.reasons]
        if state.command:
            lines += [f"  {item}: {question}" for item, question in state.open_items.items()]
            lines.append(f"  {state.command}")
    return "\n".join(lines) or "no experiment is prepared for publication (run snakemake --cores 2 publication)"
