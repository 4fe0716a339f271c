"""Write the family tree of all experiments."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab


def main() -> int:
    plan = read_json(Path(sys.argv[1]))
    write_json(Lab(Path()).genealogy, {"schema_version": 1, "experiments": plan["genealogy"]})
    return 0


if __name__ == "__main__":
    sys.exit(main())
