"""Train one run. A failure of the run itself is evidence: it is written down, and the job succeeds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compiler.data_versions import tracked_data
from compiler.paths import Lab
from lightning_modules.bringing import DataUnavailable, bring
from rules.run_record import compiled_job


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--attempt", type=int, required=True, help="counts from 1")
    parser.add_argument("--attempts", type=int, required=True, help="the last one writes a transient failure down")
    parser.add_argument("--log", type=Path)
    args = parser.parse_args()
    lab = Lab(Path())
    job = compiled_job(lab, args.run)
    try:
        for path in job["data"]:  # a run that is built by itself has no rule before it that brings them
            bring(tracked_data(lab)[path], lab)
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    from lightning_modules.failures import TransientFailure
    from lightning_modules.run_store import train_run

    try:
        train_run(job, lab, args.attempt, args.attempt >= args.attempts, args.log)
    except TransientFailure as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
