"""Parse the experiments and overrides in the arguments of a command, and compile the plan of its lab."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from compiler.base.diagnostics import CompileError, Diagnostic, did_you_mean
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.view.no_lab import NoLab, is_lab, no_lab_message


def add_experiments(parser: argparse.ArgumentParser, command: Callable[[argparse.Namespace], int]) -> None:
    """Add the arguments of a command about some experiments or all of them."""
    parser.add_argument("experiments", nargs="*", metavar="EXPERIMENT", help="or a Hydra override such as seed=1")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=command)


def compile_plan(args: argparse.Namespace) -> tuple[Lab, Plan]:
    """Return the lab and its current plan, compiled with the overrides in the arguments.

    Raises:
        CompileError: The folder does not exist, or a file that all experiments share is wrong.
    """
    from compiler.plan.plan_files import current_plan

    lab = existing_lab(args)
    if lab.is_read_only:
        print(f"{lab.root} can only be read, so the compiled plan is not kept", file=sys.stderr)
    overrides = [word for word in getattr(args, "experiments", []) if "=" in word]
    return lab, current_plan(lab, overrides)


def existing_lab(args: argparse.Namespace) -> Lab:
    """Return the lab in the arguments.

    Raises:
        CompileError: The folder does not exist.
        NoLab: The folder is not a lab.
    """
    lab = Lab(Path(args.directory))
    if not lab.root.is_dir():
        raise CompileError([Diagnostic(args.directory, 1, 1, "", "there is no such folder")])
    if not is_lab(lab.root):
        raise NoLab(no_lab_message(lab.root))
    return lab


def selected_or_shown(args: argparse.Namespace, lab: Lab, plan: Plan) -> list[str]:
    """Return the experiments that the arguments name. If they name none, return those of the lab.

    Raises:
        CompileError: A named experiment does not exist.
    """
    from compiler.view.shown_experiments import shown_experiments

    return select_experiments(args.experiments, plan) or shown_experiments(lab, plan)


def select_experiments(words: Sequence[str], plan: Plan) -> list[str]:
    """Return the experiments that the words name, without the overrides.

    Raises:
        CompileError: A named experiment does not exist.
    """
    all_names = [*plan.experiments, *plan.broken]
    names = [word for word in words if "=" not in word]
    unknown = [
        Diagnostic("conf/experiment", 1, 1, "", f"no experiment is called '{name}'", did_you_mean(name, all_names))
        for name in names
        if name not in all_names
    ]
    if unknown:
        raise CompileError(unknown)
    return names


def print_warnings(plan: Plan, names: Sequence[str]) -> None:
    """Print the warnings of the compiler for some experiments to standard error."""
    experiments = (plan.experiments[name] for name in names if name in plan.experiments)
    for line in dict.fromkeys(line for experiment in experiments for line in experiment.warnings):
        print(f"warning: {line}", file=sys.stderr)


def print_broken(plan: Plan, names: Sequence[str]) -> bool:
    """Print the diagnostics of those experiments that do not compile, and return whether there were any."""
    lines = list(dict.fromkeys(line for name in names for line in plan.broken.get(name, ())))
    for line in lines:
        print(line, file=sys.stderr)
    return bool(lines)
