"""Fail when an experiment does not deliver. Its evidence is kept either way; the last words of the build say what."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import read_json, write_text
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from rules.results.shortfall import gate_line


def main() -> int:
    plan, experiment = sys.argv[1:]
    lab = Lab(Path())
    results = read_json(lab.results_file(experiment))
    if gate_line(results, read_plan(Path(plan)).experiments[experiment]):
        return 1
    write_text(lab.gate(experiment), f"{experiment} delivers\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
