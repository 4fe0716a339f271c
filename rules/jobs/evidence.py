"""List the evidence of an experiment: each run with the hash of its status. What is checked later hangs on this."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan


def main() -> int:
    plan, experiment, output = sys.argv[1:]
    lab = Lab(Path())
    runs = read_plan(Path(plan)).experiments[experiment].runs
    hashes = {run: sha256_of_file(lab.status(run)) for run in runs}
    write_json(Path(output), {"schema_version": 1, "experiment_id": experiment, "runs": hashes})
    return 0


if __name__ == "__main__":
    sys.exit(main())
