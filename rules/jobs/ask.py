"""Ask the next round of a search, write it down, and compile its runs.

The round on disk is the truth: one that is there is kept, whenever and however an earlier attempt ended.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.plan.plan_files import compiling, current_plan
from compiler.plan.planned_search import PlannedSearch
from rules.results.run_record import run_record
from rules.results.search_results import finished_trials


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("experiment")
    parser.add_argument("search")
    parser.add_argument("round", type=int, help="counts from 1")
    args = parser.parse_args()
    lab, overrides = Lab(Path()), read_plan(args.plan).overrides
    search = current_search(lab, overrides, args.experiment)
    if search and search.id == args.search and next(iter(search.rounds_to_come), None) == args.round:
        asked = next_round(lab, search)
        with compiling(lab):
            write_json(lab.round(args.experiment, args.search, args.round), asked)
        search = current_search(lab, overrides, args.experiment)
    trials = search.trials if search and search.id == args.search else ()
    runs = [run for trial in trials if trial.round == args.round for run in trial.runs]
    if not runs:
        print(f"{args.experiment} was changed while it was built; build it again", file=sys.stderr)
        return 1
    told = {"schema_version": 1, "runs": list(dict.fromkeys(runs))}
    write_json(lab.round_runs(args.experiment, args.search, args.round), told)
    return 0


def current_search(lab: Lab, overrides: Sequence[str], experiment: str) -> PlannedSearch | None:
    planned = current_plan(lab, overrides).experiments.get(experiment)
    return planned.search if planned else None


def next_round(lab: Lab, search: PlannedSearch) -> dict[str, Any]:
    """The round after those that are written, whose runs have all finished."""
    from rules.results.suggest_trials import (  # and with it Optuna, which a round that is there does not need
        Told,
        next_trials,
    )

    runs = {run: run_record(lab, run) for trial in search.trials for run in trial.runs}
    trials = finished_trials(search, runs)
    past = [list(round_) for _, round_ in groupby(trials, key=lambda one: one["round"])]
    number, count = next(iter(search.rounds_to_come.items()))
    asked = next_trials(search, [[Told(one["params"], one["value"]) for one in round_] for round_ in past], count)
    return {
        "schema_version": 1,
        "search": search.id,
        "round": number,
        "sampler": search.sampler,
        "seed": search.seed,
        "trials": [{"number": n, "params": params} for n, params in enumerate(asked, start=len(trials))],
    }


if __name__ == "__main__":
    sys.exit(main())
