"""Fail when an experiment does not deliver. Its evidence is kept either way."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.json_files import read_json, write_text
from compiler.paths import Lab
from rules.gate_line import gate_line


def main() -> int:
    plan, experiment = sys.argv[1:]
    lab = Lab(Path())
    results = read_json(lab.experiment(experiment) / "results.json")
    line = gate_line(results, read_json(Path(plan))["experiments"][experiment])
    if line:
        print(line, file=sys.stderr)
        return 1
    write_text(lab.gate(experiment), f"{experiment} delivers\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
