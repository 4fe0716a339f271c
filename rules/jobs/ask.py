"""Write the next round of a search and compile its runs.

The job fails if an earlier run is no result, so that no trial is suggested from it. A round file that exists is kept.
It exists if an earlier attempt of this job was interrupted after writing it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.plan.plan_files import plan_lock
from rules.results.countable_runs import check_countable
from rules.search.search_round import current_search, next_round


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("experiment")
    parser.add_argument("search")
    parser.add_argument("round", type=int, help="number of the round, from 1")
    args = parser.parse_args()
    lab, plan = Lab(Path()), read_plan(args.plan)
    overrides = list(plan.overrides)
    search = current_search(lab, overrides, args.experiment)
    earlier = [run for trial in search.trials for run in trial.runs if trial.round < args.round] if search else []
    check_countable(lab, earlier, {run: plan.runs[run].fingerprint for run in earlier if run in plan.runs})
    if search and search.id == args.search and next(iter(search.rounds_to_come), None) == args.round:
        suggested = next_round(lab, search)
        with plan_lock(lab):
            write_json(lab.round(args.experiment, args.search, args.round), suggested)
        search = current_search(lab, overrides, args.experiment)
    trials = search.trials if search and search.id == args.search else ()
    runs = [run for trial in trials if trial.round == args.round for run in trial.runs]
    if not runs:
        print(f"{args.experiment}: the search was changed during the build (build it again)", file=sys.stderr)
        return 1
    content = {"schema_version": 1, "runs": list(dict.fromkeys(runs))}
    write_json(lab.round_runs(args.experiment, args.search, args.round), content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
