"""List the evidence of an experiment: each run with the hash of its status. What is checked later hangs on this."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab


def main() -> int:
    plan, experiment, output = sys.argv[1:]
    lab = Lab(Path())
    runs = dict.fromkeys(point["run"] for point in read_json(Path(plan))["experiments"][experiment]["points"])
    hashes = {run: sha256_of_file(lab.status(run)) for run in runs}
    write_json(Path(output), {"schema_version": 1, "experiment_id": experiment, "runs": hashes})
    return 0


if __name__ == "__main__":
    sys.exit(main())
