"""Write the hash of each run's status file. The deliverable checks depend on this file and not on every run."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan


def main() -> int:
    plan_file, experiment, output = sys.argv[1:]
    lab, runs = Lab(Path()), read_plan(Path(plan_file)).experiments[experiment].runs
    hashes = {run: sha256_of_file(lab.status(run)) for run in runs}
    write_json(Path(output), {"schema_version": 1, "experiment_id": experiment, "runs": hashes})
    return 0


if __name__ == "__main__":
    sys.exit(main())
