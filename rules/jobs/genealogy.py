"""Write the genealogy: the parent of every experiment, and the parameters that it changes."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan


def main() -> int:
    entries = [entry.to_json() for entry in read_plan(Path(sys.argv[1])).genealogy]
    write_json(Lab(Path()).genealogy, {"schema_version": 1, "experiments": entries})
    return 0


if __name__ == "__main__":
    sys.exit(main())
