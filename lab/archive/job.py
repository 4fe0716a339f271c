"""Archive every finished experiment of a lab, for the target `archive`. Fail if one has files that were changed."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.base.printable import printable
from compiler.plan.model import read_plan
from lab.archive.archive import archive_experiments, with_results
from lab.archive.outcome import archived_lines


def main() -> int:
    lab, plan = Lab(Path()), read_plan(Path(sys.argv[1]))
    try:
        archived = archive_experiments(lab, plan, with_results(lab, plan))
    except InputError as error:
        print(printable(str(error)), file=sys.stderr)
        return 1
    for line in archived_lines(lab, archived):
        print(printable(line))
    return 1 if archived.refused else 0


if __name__ == "__main__":
    sys.exit(main())
