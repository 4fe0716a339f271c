"""Commands that start a lab and add files to it: init, new."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Any

from compiler.base.paths import ENGINE
from proband.cli.exit_codes import DONE
from proband.cli.plan_access import existing_lab

KINDS = ("experiment", "model", "data", "deliverable", "analyst", "workflow")


def add_start_commands(commands: Any) -> None:
    summary = "start a lab: configs, an experiment that runs, a Snakefile, git and DVC; existing files are kept"
    parser = commands.add_parser("init", help=summary, description=summary)
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="a new or existing folder (default: that of -C)")
    parser.add_argument(
        "--from",
        dest="project",
        metavar="PROJECT",
        help="a project in the layout of lightning-hydra-template; it is only read (default FOLDER: PROJECT_lab)",
    )
    parser.set_defaults(command=init)
    summary = (
        "write a commented file that compiles: an experiment, model, data set, deliverable type, analyst or CI workflow"
    )
    parser = commands.add_parser("new", help=summary, description=summary)
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("name", metavar="NAME")
    parser.set_defaults(command=new)


def init(args: argparse.Namespace) -> int:
    from proband.starting.create_lab import create_lab

    if args.project is not None:
        return _init_from(args)
    lab = create_lab(Path(args.directory) / (args.folder or ""))
    for name in _without_profiles(lab.created):
        print(f"created {name}")
    for name in _without_profiles(lab.kept):
        print(f"kept {name}, which exists")
    print(*lab.notes, sep="\n")
    folder = Path(args.folder) if args.folder else None
    print("\nNext:")
    if folder is not None:
        print(f"  cd {quote(str(folder))}")
    print("  snakemake --cores 2        # train, test the hypothesis, write the report")
    print("  proband status             # runs, outcome and verdict")
    print(f"Then put your own training into own.py: see {ENGINE / 'docs/tutorial.md'}")
    return DONE


def _without_profiles(names: Sequence[str]) -> list[str]:
    """Return the names, with the folder `profiles/` in place of the files in it."""
    return list(dict.fromkeys("profiles/" if name.startswith("profiles/") else name for name in names))


def _init_from(args: argparse.Namespace) -> int:
    from proband.starting.port_lab import lab_from_project

    project = (Path(args.directory) / args.project).resolve()
    folder = Path(args.directory) / (args.folder or project.with_name(f"{project.name}_lab"))
    ported = lab_from_project(project, folder)
    print(ported.report)
    for note in ported.lab.notes:
        print(note)
    print(f"\nThe report is {folder / ported.report_file}. Next:")
    print(f"  cd {quote(str(folder))}")
    print("  proband compile            # what is still to be changed, with file and line")
    print("  snakemake --cores 2        # train the experiments in conf/experiment/")
    return DONE


def new(args: argparse.Namespace) -> int:
    from proband.starting import new_files

    lab = existing_lab(args)
    for file in new_files.write_new_files(lab, args.kind, args.name):
        print(f"created {file.relative_to(lab.root)}")
    print(new_files.KINDS[args.kind].usage.format(name=args.name))
    return DONE
