"""Commands that show the state of runs and experiments: status, tree."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from proband.cli.exit_codes import DONE
from proband.cli.output import print_answer, print_repeatedly
from proband.cli.plan_access import add_experiments, compile_plan, print_broken, selected_or_shown

if TYPE_CHECKING:
    from compiler.view.status import ExperimentState


def add_state_commands(commands: Any) -> None:
    summary = "show how many runs are done, running, failed and waiting"
    parser = commands.add_parser("status", help=summary, description=summary)
    add_experiments(parser, status)
    parser.add_argument("--watch", action="store_true", help="show it again every second, until Ctrl-C")
    parser = commands.add_parser("tree", help="show the genealogy, with the outcome and verdict of each experiment")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=tree)


def status(args: argparse.Namespace) -> int:
    from compiler.reproduction.badge import badge, badge_json, stored_reproductions
    from compiler.view.render import status_table
    from compiler.view.status import experiment_states
    from lab.admission.warnings import decision_warnings

    lab, plan = compile_plan(args)
    names = selected_or_shown(args, lab, plan)
    for line in decision_warnings(lab, plan, names):
        print(line, file=sys.stderr)
    planned = {name: plan.experiments[name].runs for name in names if name in plan.experiments}
    repeated = {name: stored_reproductions(lab, list(runs)) for name, runs in planned.items()}
    for damaged in dict.fromkeys(damaged for summary in repeated.values() for damaged in summary.damaged):
        print(damaged, file=sys.stderr)

    def states() -> dict[str, ExperimentState]:
        return {name: state for name, state in experiment_states(lab, plan).items() if name in names}

    def as_json() -> dict[str, Any]:
        broken = {name: lines for name, lines in plan.broken.items() if name in names}
        experiments = {
            name: {**state.to_json(), "reproduction": badge_json(repeated[name])} for name, state in states().items()
        }
        return {"schema_version": 1, "experiments": experiments, "broken": broken}

    def as_table() -> Any:
        from rich.console import Group
        from rich.text import Text

        badges = {name: badge(summary) for name, summary in repeated.items()}
        lines = [Text(f"{name}: {line}") for name, line in badges.items() if line]
        return Group(status_table(states(), plan), *lines)

    if args.watch and not args.json:
        print_repeatedly(as_table)
    print_answer(args, as_json, as_table)
    print_broken(plan, names)
    return DONE


def _outcome(state: ExperimentState) -> dict[str, str | None]:
    standing = state.registration.standing if state.registration else None
    return {"outcome": state.outcome, "verdict": state.verdict, "standing": standing}


def tree(args: argparse.Namespace) -> int:
    from compiler.view.shown_experiments import shown_experiments, with_ancestors
    from compiler.view.status import experiment_states

    lab, plan = compile_plan(args)
    names = shown_experiments(lab, plan)
    wanted = with_ancestors(names, plan)
    states = {name: state for name, state in experiment_states(lab, plan).items() if name in wanted}

    def as_json() -> dict[str, Any]:
        outcomes = {name: _outcome(state) for name, state in states.items()}
        entries = [
            entry.to_json() | outcomes[entry.experiment_id] for entry in plan.genealogy if entry.experiment_id in states
        ]
        return {"schema_version": 1, "experiments": entries}

    def as_table() -> Any:
        from compiler.view.render import genealogy_tree

        return genealogy_tree(plan, states)

    print_answer(args, as_json, as_table)
    print_broken(plan, names)
    return DONE
