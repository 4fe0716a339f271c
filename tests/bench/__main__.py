"""Measure the tables and write them to a page. See docs/bench.md.

`python -m tests.bench` measures all tables, `python -m tests.bench NAME…` some of them. The page and the JSON file
are written after every row, so that an interrupted measurement loses nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from compiler.base.json_files import write_text
from compiler.base.paths import ENGINE
from tests.bench.harness.bench_context import FULL, QUICK, Bench
from tests.bench.harness.page import page
from tests.bench.harness.results_file import ordered, read_tables
from tests.bench.harness.run_tables import PAGE, RESULTS, run_tables
from tests.bench.tables.all_tables import TABLES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"tables: {', '.join(TABLES)}; default: all")
    parser.add_argument("--folder", type=Path, help="the folder of bench.md and bench.json; default: docs")
    parser.add_argument("--quick", action="store_true", help="measure tiny sizes, to test the tables themselves")
    parser.add_argument("--page", action="store_true", help="measure nothing; write the page from bench.json again")
    args = parser.parse_args()
    if unknown := set(args.names) - TABLES.keys():
        parser.error(f"no table is called {', '.join(sorted(unknown))} (tables: {', '.join(TABLES)})")
    folder = (args.folder or ENGINE / "docs").resolve()
    if args.quick and folder == ENGINE / "docs":
        parser.error("--quick needs another --folder, because its numbers do not belong in docs")
    folder.mkdir(parents=True, exist_ok=True)
    if args.page:
        write_text(folder / PAGE, page(ordered(read_tables(folder / RESULTS), TABLES)))
        return 0
    with tempfile.TemporaryDirectory(prefix="proband-bench-") as scratch:
        bench = Bench(Path(scratch), folder, QUICK if args.quick else FULL)
        return 0 if run_tables(bench, args.names or list(TABLES), TABLES) else 1


if __name__ == "__main__":
    sys.exit(main())
