"""Review every analysis of an experiment before a report may be written from it."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.spec.agent_entry_points import analysis_titles
from rules.reporting.load_case import read_case
from rules.reporting.review_analyses import review_analyses


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    lab, plan = Lab(Path()), read_plan(Path(plan_file))
    case = read_case(lab, plan, experiment)
    titles = analysis_titles(plan.experiments[experiment].spec)
    analyses = {title: read_json(lab.analysis(experiment, title)) for title in titles}
    integration = read_json(lab.integration(experiment))
    reviews = review_analyses(case, analyses, integration, lab.experiment(experiment))
    write_json(lab.quality_review(experiment), reviews)
    return 0


if __name__ == "__main__":
    sys.exit(main())
