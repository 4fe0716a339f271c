"""`proband`: the answer on standard output, the commentary on standard error.

Exit codes: 0 done, 1 ran and did not hold, 2 the input is wrong, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import CompileError, Diagnostic, did_you_mean
from compiler.base.paths import Lab
from compiler.plan.model import Plan

DONE, WRONG_INPUT, INTERRUPTED = 0, 2, 130


def main(argv: Sequence[str] | None = None, more: Callable[[Any], object] = id) -> int:
    """Run one command. `more` adds those that need more than the compiler."""
    args = _parsed(command_line(more), argv)
    try:
        return int(args.command(args))
    except CompileError as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader has seen enough
        return DONE


def _parsed(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
    """Experiments and overrides may also follow an option; argparse takes a list in one place only."""
    args, rest = parser.parse_known_args(argv)
    if rest:
        if not hasattr(args, "experiments") or any(word.startswith("-") for word in rest):
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
        args.experiments = [*args.experiments, *rest]
    return args


def compile_(args: argparse.Namespace) -> int:
    lab, plan = compiled_plan(args)
    names = asked(args.experiments, plan)
    from compiler.view.status import experiment_states

    states = {name: state for name, state in experiment_states(lab, plan).items() if name in names}
    if args.json:
        runs = {run.run_id for state in states.values() for run in state.runs}
        print_json(
            plan.to_json()
            | {"experiments": {name: plan.experiments[name].to_json() for name in states}}
            | {"runs": {run: plan.runs[run].to_json() for run in sorted(runs)}}
        )
    else:
        from compiler.view.render import compiled_table, print_rich

        print_rich(compiled_table(plan, states))
    return WRONG_INPUT if tell_broken(plan, names) else DONE


def explain(args: argparse.Namespace) -> int:
    from compiler.view.explain import explanation
    from compiler.view.status import experiment_states

    lab, plan = compiled_plan(args)
    names = asked(args.experiments, plan)
    states = experiment_states(lab, plan)
    found = [explanation(name, plan, states[name]) for name in names if name in states]
    if args.json:
        print_json({"schema_version": 1, "experiments": found})
    else:
        from compiler.view.render import explained, print_rich

        for one in found:
            print_rich(explained(one))
    return WRONG_INPUT if tell_broken(plan, names) else DONE


def status(args: argparse.Namespace) -> int:
    from compiler.view.status import experiment_states

    lab, plan = compiled_plan(args)
    names = asked(args.experiments, plan)
    states = {name: state for name, state in experiment_states(lab, plan).items() if name in names}
    if args.json:
        broken = {name: lines for name, lines in plan.broken.items() if name in names}
        told = {name: state.to_json() for name, state in states.items()}
        print_json({"schema_version": 1, "experiments": told, "broken": broken})
    else:
        from compiler.view.render import print_rich, status_table

        print_rich(status_table(states))
    tell_broken(plan, names)
    return DONE


def tree(args: argparse.Namespace) -> int:
    from compiler.view.status import experiment_states

    lab, plan = compiled_plan(args)
    states = experiment_states(lab, plan)
    if args.json:
        outcomes = {name: {"outcome": one.outcome, "verdict": one.verdict} for name, one in states.items()}
        entries = [entry.to_json() | outcomes[entry.experiment_id] for entry in plan.genealogy]
        print_json({"schema_version": 1, "experiments": entries})
    else:
        from compiler.view.render import family_tree, print_rich

        print_rich(family_tree(plan, states))
    tell_broken(plan, list(plan.broken))
    return DONE


def diff(args: argparse.Namespace) -> int:
    from compiler.plan.genealogy import modifications

    _, plan = compiled_plan(args)
    left, right = asked([args.left, args.right], plan) if args.left != args.right else [args.left] * 2
    if tell_broken(plan, [left, right]):
        return WRONG_INPUT
    before, after = (plan.experiments[name].parameters for name in (left, right))
    changes = modifications(before, after)
    if args.json:
        print_json(
            {"schema_version": 1, "from": left, "to": right, "modifications": [change.to_json() for change in changes]}
        )
    else:
        from compiler.view.render import difference_table, print_rich

        print_rich(difference_table(left, right, changes))
    return DONE


def compiled_plan(args: argparse.Namespace) -> tuple[Lab, Plan]:
    from compiler.plan.plan_files import current_plan

    lab = Lab(Path(args.directory))
    if not lab.root.is_dir():
        raise CompileError([Diagnostic(args.directory, 1, 1, "", "there is no such folder")])
    overrides = [word for word in getattr(args, "experiments", []) if "=" in word]
    return lab, current_plan(lab, overrides)


def asked(words: Sequence[str], plan: Plan) -> list[str]:
    """The experiments named, all of them when none is.

    Raises:
        CompileError: one of them does not exist.
    """
    known = [*plan.experiments, *plan.broken]
    names = [word for word in words if "=" not in word]
    unknown = [
        Diagnostic("conf/experiment", 1, 1, "", f"no experiment is called '{name}'", did_you_mean(name, known))
        for name in names
        if name not in known
    ]
    if unknown:
        raise CompileError(unknown)
    return names or known


def tell_broken(plan: Plan, names: Sequence[str]) -> bool:
    """Print what is wrong with those of the named experiments that do not compile."""
    lines = list(dict.fromkeys(line for name in names for line in plan.broken.get(name, ())))
    for line in lines:
        print(line, file=sys.stderr)
    return bool(lines)


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False))


def command_line(more: Callable[[Any], object] = id) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="proband", description="From YAML experiment specs to Snakemake runs.")
    parser.add_argument("-C", "--directory", default=".", help="the lab (default: the current folder)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, about in (
        ("compile", compile_, "check every spec and say what it compiles to"),
        ("explain", explain, "say which runs an experiment needs, who shares them and what would be trained"),
        ("status", status, "say what is done, running, failed and waiting"),
    ):
        sub = commands.add_parser(name, help=about, description=about)
        sub.add_argument("experiments", nargs="*", metavar="EXPERIMENT", help="or a Hydra override such as seed=1")
        sub.add_argument("--json", action="store_true")
        sub.set_defaults(command=command)
    sub = commands.add_parser("tree", help="the family tree, with each experiment's outcome and verdict")
    sub.add_argument("--json", action="store_true")
    sub.set_defaults(command=tree)
    sub = commands.add_parser("diff", help="what two experiments set differently")
    sub.add_argument("left", metavar="A")
    sub.add_argument("right", metavar="B")
    sub.add_argument("--json", action="store_true")
    sub.set_defaults(command=diff)
    more(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
