"""Commands that show the plan of a lab: compile, explain, diff."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import CompileError
from compiler.base.git import git_in
from compiler.base.paths import Lab
from compiler.base.printable import printable
from compiler.base.trust import require_trust
from compiler.python_source.import_path import importable
from proband.cli.exit_codes import DONE, WRONG_INPUT
from proband.cli.output import print_answer, print_json
from proband.cli.plan_access import (
    add_experiments,
    compile_plan,
    print_broken,
    print_warnings,
    select_experiments,
    selected_or_shown,
)
from proband.cli.power_output import print_power_warnings


def add_plan_commands(commands: Any) -> None:
    for name, command, summary in (
        ("compile", compile_, "check the specs and show their numbers of points and runs"),
        ("explain", explain, "show the runs of an experiment, which of them are shared and which would be trained"),
    ):
        add_experiments(commands.add_parser(name, help=summary, description=summary), command)
    commands.choices["compile"].add_argument(
        "--format", choices=("text", "github"), default="text", help="github: print only annotations of GitHub Actions"
    )
    commands.choices["explain"].add_argument("--markdown", action="store_true", help="print Markdown for a comment")
    commands.choices["explain"].add_argument(
        "--prompts", action="store_true", help="show what would be sent to a language model"
    )


def add_diff_command(commands: Any) -> None:
    parser = commands.add_parser("diff", help="show the parameters and data in which two experiments differ")
    parser.add_argument("left", metavar="A")
    parser.add_argument("right", metavar="B")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=diff)


def compile_(args: argparse.Namespace) -> int:
    from compiler.view.status import experiment_states

    if args.format == "github":
        return _annotate(args)
    lab, plan = compile_plan(args)
    names = selected_or_shown(args, lab, plan)
    states = {name: state for name, state in experiment_states(lab, plan).items() if name in names}
    run_ids = sorted({run.run_id for state in states.values() for run in state.runs})

    def as_json() -> dict[str, Any]:
        selected = {name: plan.experiments[name].to_json() for name in states}
        return plan.to_json() | {"experiments": selected, "runs": {run: plan.runs[run].to_json() for run in run_ids}}

    def as_table() -> Any:
        from compiler.view.render import compiled_table

        return compiled_table(plan, states, shows_claims=bool(args.experiments))

    print_answer(args, as_json, as_table)
    print_warnings(plan, names)
    print_power_warnings(lab, plan, names)
    return WRONG_INPUT if print_broken(plan, names) else DONE


def _annotate(args: argparse.Namespace) -> int:
    """Print the errors and warnings of the specs as annotations, and nothing else."""
    from compiler.view.github_annotations import workflow_commands

    prefix = (git_in(Path(args.directory))("rev-parse", "--show-prefix") or b"").decode("utf-8", "replace").strip()
    try:
        lab, plan = compile_plan(args)
        names = selected_or_shown(args, lab, plan)
    except CompileError as error:
        errors, warnings = list(map(str, error.diagnostics)), list[str]()
    else:
        errors = [line for name in names for line in plan.broken.get(name, ())]
        warnings = [line for name in names if name in plan.experiments for line in plan.experiments[name].warnings]
    for line in (*workflow_commands("error", errors, prefix), *workflow_commands("warning", warnings, prefix)):
        print(printable(line))
    return WRONG_INPUT if errors else DONE


def explain(args: argparse.Namespace) -> int:
    if args.prompts:
        return _explain_prompts(args)
    from compiler.view import explain as explaining
    from compiler.view.status import experiment_states
    from compiler.view.training_cost import training_cost

    try:
        lab, plan = compile_plan(args)
        names = selected_or_shown(args, lab, plan)
    except CompileError as error:
        if args.markdown:
            from compiler.view.markdown_explanation import markdown

            print(markdown([], list(map(str, error.diagnostics))), end="")
        raise
    states = experiment_states(lab, plan)
    explanations = [explaining.explain(name, plan, states[name]) for name in names if name in states]
    explanations = [
        replace(item, cost=training_cost(lab, plan, item.experiment.id, item.to_train)) for item in explanations
    ]
    if args.json:
        print_json({"schema_version": 1, "experiments": [explanation.to_json() for explanation in explanations]})
    elif args.markdown:
        from compiler.view.markdown_explanation import markdown

        print(markdown(explanations, [line for name in names for line in plan.broken.get(name, ())]), end="")
    else:
        from compiler.view.render_explanation import explanation_view
        from compiler.view.rich_output import print_rich

        for explanation in explanations:
            print_rich(explanation_view(explanation))
    print_warnings(plan, names)
    print_power_warnings(lab, plan, names)
    return WRONG_INPUT if print_broken(plan, names) else DONE


def _explain_prompts(args: argparse.Namespace) -> int:
    from compiler.view.lab_code import lab_agents
    from rules.reporting.prompt_preview import preview_prompts

    lab, plan = compile_plan(args)
    names = selected_or_shown(args, lab, plan)
    previewable = [name for name in names if name in plan.experiments and _has_integration(lab, name)]
    if any(lab_agents(plan.experiments[name]) for name in previewable):
        require_trust(lab)
    with importable(lab.root):
        prompts = {name: preview_prompts(lab, plan, name) for name in previewable}
    if args.json:
        print_json({"schema_version": 1, "experiments": {name: value.to_json() for name, value in prompts.items()}})
    else:
        print(printable("\n".join(map(str, prompts.values()))))
    return WRONG_INPUT if print_broken(plan, names) else DONE


def _has_integration(lab: Lab, experiment: str) -> bool:
    """Return whether the integration of an experiment exists, which prompts need; print a message if not."""
    if lab.integration(experiment).is_file():
        return True
    command = f"build it first: snakemake --cores 2 {experiment}"
    print(f"{experiment}: no facts yet, so there are no prompts to show ({command})", file=sys.stderr)
    return False


def diff(args: argparse.Namespace) -> int:
    from compiler.plan.genealogy import modifications
    from compiler.view.data_changes import changes_since_build, data_changes, data_of
    from rules.verification.edited_data import edited_data

    lab, plan = compile_plan(args)
    names = list(dict.fromkeys((args.left, args.right)))
    select_experiments(names, plan)
    if print_broken(plan, names):
        return WRONG_INPUT
    before, after = (plan.experiments[name].parameters for name in (args.left, args.right))
    changes = modifications(before, after)
    data = data_changes(data_of(plan, args.left), data_of(plan, args.right))
    since_build = {name: changes_since_build(lab, plan, name) for name in names}
    edited = list(edited_data(lab, (path for name in names for path in data_of(plan, name))))

    def as_json() -> dict[str, Any]:
        return {
            "schema_version": 1,
            "from": args.left,
            "to": args.right,
            "modifications": [change.to_json() for change in changes],
            "data": [change.to_json() for change in data],
            "data_since_build": {name: [change.to_json() for change in since_build[name]] for name in names},
            "edited_data": [data.to_json() for data in edited],
        }

    def as_table() -> Any:
        from rich.console import Group
        from rich.text import Text

        from compiler.view.data_changes import data_table, since_build_lines
        from compiler.view.render import difference_table

        lines = [line for name in names for line in since_build_lines(name, since_build[name])]
        lines += [Text(data.line, "yellow") for data in edited]
        return Group(difference_table(args.left, args.right, changes), *data_table(args.left, args.right, data), *lines)

    print_answer(args, as_json, as_table)
    return DONE
