"""Bring the analyses of an experiment together."""

from __future__ import annotations

import sys
from pathlib import Path

from agents.integration import integration
from agents.integration_document import integration_document
from agents.known import known
from compiler.json_files import read_json
from compiler.paths import Lab
from compiler.written import pipeline
from rules.analysis_files import read_analyses, write_with_markdown
from rules.case import read_case


def main() -> int:
    file, experiment = sys.argv[1:]
    lab, plan = Lab(Path()), read_json(Path(file))
    case = read_case(lab, plan, experiment)
    analyses = read_analyses(lab, experiment, pipeline(plan["experiments"][experiment]))
    found = integration(case, analyses)
    write_with_markdown(lab.integration(experiment), found, integration_document(found), known(case, analyses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
