"""Write the integration of the analyses of an experiment."""

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
    plan_file, experiment = sys.argv[1:]
    lab, plan = Lab(Path()), read_plan(Path(plan_file))
    case = read_case(lab, plan, experiment)
    analyses = read_analyses(lab, experiment, analysis_titles(plan.experiments[experiment].spec))
    integrated = integrate(case, analyses)
    document = integration_document(integrated)
    write_with_markdown(lab.integration(experiment), integrated, document, merged_book(case, analyses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
