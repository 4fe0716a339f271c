"""Write the genealogy: the parent of every experiment, and the parameters that it changes.

The metrics and curves of experiments that are no longer in the lab are deleted, because DVC would go on showing them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from rules.results.for_dvc.obsolete import delete_obsolete


def main() -> int:
    plan, lab = read_plan(Path(sys.argv[1])), Lab(Path())
    entries = [entry.to_json() for entry in plan.genealogy]
    write_json(lab.genealogy, {"schema_version": 1, "experiments": entries})
    delete_obsolete(lab, {*plan.experiments, *plan.broken})
    return 0


if __name__ == "__main__":
    sys.exit(main())
