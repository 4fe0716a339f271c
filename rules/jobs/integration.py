"""Bring the analyses of an experiment together."""

from __future__ import annotations

import sys
from pathlib import Path

from agents.analysis.analysis_documents import integration_document
from agents.analysis.merge_analyses import integrate
from agents.analysis.merged_book import merged_book
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.spec.agent_entry_points import analysis_titles
from rules.reporting.analysis_files import read_analyses, write_with_markdown
from rules.reporting.load_case import read_case


def main() -> int:
    file, experiment = sys.argv[1:]
    lab, plan = Lab(Path()), read_plan(Path(file))
    case = read_case(lab, plan, experiment)
    analyses = read_analyses(lab, experiment, analysis_titles(plan.experiments[experiment].spec))
    found = integrate(case, analyses)
    write_with_markdown(lab.integration(experiment), found, integration_document(found), merged_book(case, analyses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
