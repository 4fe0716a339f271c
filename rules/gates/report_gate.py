"""Decide the gate of the reports: each is written, and the deliverables that are checked on reports are met."""

from __future__ import annotations

from filelock import FileLock

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from rules.gates.analysis_gate import passages_without_support
from rules.gates.gate import Gate, decide, write_gate

_WHY = "every report is written without objections, and every required check on a report is met"


def update_report_gate(lab: Lab, experiment: PlannedExperiment) -> Gate:
    """Decide the gate from the files that exist now, and write it.

    Every job that writes a report or checks a deliverable on one calls this function at its end, also if it fails. The
    last job therefore decides over all reports, and a failed report does not leave the decision of an earlier build.
    """
    lock = lab.state / "locks" / f"reports-{experiment.id}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        gate = report_gate(lab, experiment)
        write_gate(lab, experiment.id, gate)
    return gate


def report_gate(lab: Lab, experiment: PlannedExperiment) -> Gate:
    """Return the gate of the reports and of the required deliverables that are checked on reports."""
    name = experiment.id
    required = [title for title in experiment.report_deliverables if experiment.deliverables[title].is_required]
    reasons = {title: _report_reason(lab, name, title) for title in experiment.reports}
    reasons |= {title: _deliverable_reason(lab, experiment, title) for title in required}
    files = [lab.report(name, title, ".json") for title in experiment.reports]
    files += [lab.objections(name, title) for title in experiment.reports]
    files += [lab.deliverable(name, title) for title in required]
    return decide("reports", reasons, __name__, _WHY).with_inputs(lab, files)


def _report_reason(lab: Lab, experiment: str, title: str) -> str:
    """Return why a report does not pass, "" if it passes."""
    draft = lab.objections(experiment, title)
    if draft.is_file():
        problem = passages_without_support(len(read_json(draft)["objections"]))
        return f"{problem}; see {draft.relative_to(lab.root)}"
    return "" if lab.report(experiment, title, ".json").is_file() else "the report is not written"


def _deliverable_reason(lab: Lab, experiment: PlannedExperiment, title: str) -> str:
    """Return why a deliverable that is checked on a report is not met, "" if it is.

    The check of an earlier build does not count if the report was rejected since then.
    """
    report = lab.report(experiment.id, str(experiment.deliverables[title].report), ".json")
    try:
        content = read_json(lab.deliverable(experiment.id, title)) if report.is_file() else None
    except (FileNotFoundError, ValueError):
        content = None
    if content is None:
        return "not_checked: the report is not written"
    return "" if content["status"] == "delivered" else f"{content['status']}: {content['detail']}"
