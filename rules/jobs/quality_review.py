"""Review every analysis of an experiment before a report may be written from it.

The job succeeds also if there are objections, so that they are kept. The reports and the gate then fail.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.spec.agent_entry_points import analysis_titles
from rules.gates.analysis_gate import analysis_gate
from rules.gates.gate import write_gate
from rules.reporting.drafts import remove_draft, write_draft
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
    for title, content in (analyses | {"integration": integration}).items():
        _keep_draft(lab, experiment, title, content, reviews["documents"][title]["objections"])
    write_json(lab.quality_review(experiment), reviews)
    files = [lab.analysis(experiment, title) for title in titles]
    gate = analysis_gate(reviews, titles).with_inputs(lab, [*files, lab.integration(experiment)])
    write_gate(lab, experiment, gate)
    return 0


def _keep_draft(lab: Lab, experiment: str, title: str, content: Mapping[str, Any], objections: list[Any]) -> None:
    """Write a copy of an analysis with objections to `drafts/analysis/`. Remove that of an earlier build otherwise."""
    name = f"analysis/{title}"
    if objections:
        markdown = lab.analysis(experiment, title).with_suffix(".md").read_bytes()
        write_draft(lab, experiment, name, content, markdown, objections)
    else:
        remove_draft(lab, experiment, name)


if __name__ == "__main__":
    sys.exit(main())
