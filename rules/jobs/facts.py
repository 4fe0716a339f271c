"""Write the facts, verdicts and metric series of an experiment, from which all texts are written."""

from __future__ import annotations

import sys
from pathlib import Path

from agents.extraction.extract import extract
from agents.facts.jsonl import write_lines
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from rules.reporting.extraction_input import read_extraction_input


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    lab = Lab(Path())
    extracted = extract(read_extraction_input(lab, read_plan(Path(plan_file)), experiment))
    write_lines(lab.facts(experiment), extracted.facts)
    write_lines(lab.verdicts(experiment), extracted.verdicts)
    write_lines(lab.series(experiment), extracted.series)
    return 0


if __name__ == "__main__":
    sys.exit(main())
