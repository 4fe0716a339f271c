"""Train one run. A failure of the run itself is evidence: it is written down, and the job succeeds."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from compiler.runs.data_versions import tracked_data
from lightning_modules.data.fetch import DataUnavailable, fetch_data
from rules.results.run_record import compiled_job

FROM_OUTSIDE = (signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGTERM)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--attempt", type=int, required=True, help="counts from 1")
    parser.add_argument("--attempts", type=int, required=True, help="the last one writes a transient failure down")
    parser.add_argument("--log", type=Path)
    parser.add_argument("--killed", type=int, metavar="SIGNAL", help="the trainer was ended by this signal")
    args = parser.parse_args()
    lab = Lab(Path())
    job = with_threads(compiled_job(lab, args.run), os.environ)
    if args.killed:
        return tell_killed(job, lab, args)
    try:
        for path in job.data:  # a run that is built by itself has no rule before it that brings them
            fetch_data(tracked_data(lab)[path], lab)
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    from lightning_modules.failures.classify import TransientFailure
    from lightning_modules.failures.kinds import is_machine_failure
    from lightning_modules.run_store.train_run import train_run

    mark = lab.machine_failure_mark(args.run)
    try:
        write_text(mark, "")  # before the status: this process may be killed between the two
        if not is_machine_failure(train_run(job, lab, args.attempt, args.attempt >= args.attempts, args.log)):
            mark.unlink(missing_ok=True)
    except TransientFailure as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"run {args.run}: not even its failure could be written: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def with_threads(job: RunJob, environ: Mapping[str, str]) -> RunJob:
    """The job with as many threads as Snakemake gave it, which may be fewer than it asked for."""
    given = environ.get("OMP_NUM_THREADS", "")
    resources = {**job.config["resources"], **({"cpus": int(given)} if given.isdecimal() else {})}
    return replace(job, config={**job.config, "resources": resources})


def tell_killed(job: RunJob, lab: Lab, args: argparse.Namespace) -> int:
    """The last attempt writes it down. A signal from outside is a fault of the machine, and no finding.

    One from inside, such as a crash of native code, would come again: it stays.
    """
    from lightning_modules.run_store.train_run import write_down_killed

    if args.attempt < args.attempts:
        print(f"run {args.run}, attempt {args.attempt}: ended by signal {args.killed} (try again)", file=sys.stderr)
        return 1
    mark = lab.machine_failure_mark(args.run)
    write_text(mark, "")
    status = write_down_killed(job, lab, args.attempt, args.killed, args.log)
    if status.error is None or args.killed not in FROM_OUTSIDE:
        mark.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
