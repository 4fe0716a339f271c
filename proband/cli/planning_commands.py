"""Commands that simulate the registered test before its runs: plan."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import CompileError, Diagnostic
from proband.cli.exit_codes import DONE, WRONG_INPUT
from proband.cli.output import print_answer
from proband.cli.plan_access import compile_plan, print_broken, select_experiments

if TYPE_CHECKING:
    from rules.planning.power_plan import PowerPlan


def add_planning_commands(commands: Any) -> None:
    summary = "simulate the registered test: its power, and the number of seeds that a wanted power takes"
    parser = commands.add_parser("plan", help=summary, description=summary)
    parser.add_argument("experiments", nargs="+", metavar="EXPERIMENT", help="or a Hydra override such as seed=1")
    finite, positive = _number(-math.inf, math.inf), _number(0, math.inf)
    parser.add_argument(
        "--effect",
        type=finite,
        help="true improvement in the unit of the metric (default: twice the minimum effect, or one sd)",
    )
    parser.add_argument("--sd", type=positive, help="standard deviation between runs (default: from the spec or runs)")
    parser.add_argument("--power", type=_number(0, 1), help="wanted power (default: compare.plan.power, or 0.8)")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=plan)


def plan(args: argparse.Namespace) -> int:
    from rules.planning.plan_experiment import NotPlannable, PlanOptions, plan_experiment

    lab, lab_plan = compile_plan(args)
    names = select_experiments(args.experiments, lab_plan)
    if print_broken(lab_plan, names):
        return WRONG_INPUT
    options = PlanOptions(args.effect, args.sd, args.power)
    plans: list[PowerPlan] = []
    for name in names:
        experiment = lab_plan.experiments[name]
        try:
            plans.append(plan_experiment(lab, lab_plan, experiment, options))
        except NotPlannable as error:
            raise CompileError([Diagnostic(experiment.file, 1, 1, name, str(error))]) from error

    def as_json() -> dict[str, Any]:
        return {"schema_version": 1, "experiments": [power_plan.to_json() for power_plan in plans]}

    def as_table() -> Any:
        from rules.planning.render_plan import plans_view

        return plans_view(plans)

    print_answer(args, as_json, as_table)
    return DONE


def _number(low: float, high: float) -> Callable[[str], float]:
    """Return a type of argparse for numbers between two limits, which are excluded."""

    def number(text: str) -> float:
        value = float(text)
        if not low < value < high:
            raise argparse.ArgumentTypeError(f"must be between {low:g} and {high:g}, got {text}")
        return value

    return number
