"""Bring the analyses of an experiment together."""

from __future__ import annotations

import sys
from pathlib import Path

from agents.analysis.documents import integration_document
from agents.analysis.integration import integration
from agents.analysis.merge_findings import known
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.spec.agent_entry_points import pipeline
from rules.reporting.analysis_files import read_analyses, write_with_markdown
from rules.reporting.load_case import read_case


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
