"""The command that tries out an experiment without recording anything: try."""

from __future__ import annotations

import argparse
import sys
import traceback
from typing import TYPE_CHECKING, Any

from proband.cli.exit_codes import DONE, INTERRUPTED, NOT_SUPPORTED, WRONG_INPUT
from proband.cli.plan_access import existing_lab

if TYPE_CHECKING:
    from lightning_modules.training.trial import Trial


def add_try_command(commands: Any) -> None:
    summary = "train a few batches of an experiment in a scratch folder; nothing is recorded"
    parser = commands.add_parser("try", help=summary, description=summary)
    parser.add_argument("experiment", metavar="EXPERIMENT")
    parser.add_argument("experiments", nargs="*", metavar="OVERRIDE", help="a Hydra override such as model.lr=0.5")
    parser.set_defaults(command=try_out, runs_lab_code=True)


def try_out(args: argparse.Namespace) -> int:
    """Train the first setting of the experiment, and print what it wrote."""
    from compiler.experiment.trial_run import compile_trial
    from compiler.runs.data_versions import remote_of, tracked_data
    from lightning_modules.data.fetch import DataUnavailable, fetch_data
    from lightning_modules.run_store.signals import left_debugger
    from lightning_modules.training.trial import run_trial

    wrong = [word for word in args.experiments if "=" not in word and not word.startswith("~")]
    if wrong:
        print(f"try takes one experiment and overrides, got {' '.join(wrong)}", file=sys.stderr)
        return WRONG_INPUT
    lab = existing_lab(args)
    run = compile_trial(args.experiment, lab, args.experiments)
    try:
        tracked = tracked_data(lab)
        for path in run.data:
            fetch_data(tracked[path], lab, remote_of(path, run.config, tracked))
        trial = run_trial(run.config, lab)
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    except (Exception, SystemExit) as error:
        if left_debugger(error):
            return INTERRUPTED
        traceback.print_exception(error)
        print(f"{args.experiment}: the trial failed: {type(error).__name__}: {error}", file=sys.stderr)
        return NOT_SUPPORTED
    print(_summary(args.experiment, trial))
    return DONE


def _summary(experiment: str, trial: Trial) -> str:
    metrics = ", ".join(trial.metrics) or "no metrics"
    return (
        f"{experiment}: the trial ran to its end and was deleted; nothing is recorded\n"
        f"it wrote {len(trial.files)} files, a history of {trial.history_rows} rows, and the metrics {metrics}"
    )
