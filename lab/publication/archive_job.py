"""Write the archive of an approved publication. Fail if its gate is closed."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from lab.publication.publish import write_archive


def main() -> int:
    (experiment,) = sys.argv[1:]
    try:
        print(write_archive(Lab(Path()), experiment))
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
