"""List the files of the analyses and reports that a spec asks for."""

from __future__ import annotations

from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment

REPORT_SUFFIXES = (".html", ".md", ".pdf", ".tex")


def planned_reports(lab: Lab, experiment: PlannedExperiment) -> list[str]:
    """Return paths relative to the folder of the experiment. The files are written after the results."""
    files = [lab.analysis(experiment.id, title) for title in experiment.analyses]
    files += [lab.report(experiment.id, title, suffix) for title in experiment.reports for suffix in REPORT_SUFFIXES]
    return [str(file.relative_to(lab.experiment(experiment.id))) for file in files]
