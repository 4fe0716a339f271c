"""Fetch a tracked data file in the version that its runs were compiled with."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_json, write_text
from compiler.base.paths import Lab
from compiler.runs.data_versions import tracked_data
from lightning_modules.data.fetch import DataUnavailable, fetch_data


def main() -> int:
    path, marker, ready = sys.argv[1:]
    lab = Lab(Path())
    tracked = tracked_data(lab)[path]
    try:
        fetch_data(tracked, lab)
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    write_text(Path(marker), "")
    write_json(Path(ready), {"schema_version": 1, "path": path, "version": tracked.version})
    return 0


if __name__ == "__main__":
    sys.exit(main())
