"""List the failed runs of an experiment and build the findings that report them."""

from __future__ import annotations

from agents.analysis.analysis_schema import Finding
from agents.context.case import Book
from agents.facts.subject import is_failure, parse_fact_id


def failed_runs(book: Book) -> tuple[str, ...]:
    """Return the subjects of the failed runs, such as `run[seed=1]`."""
    return tuple(str(parse_fact_id(name).subject) for name in filter(is_failure, book.facts))


def failed_run_finding(run: str) -> Finding:
    """Return a finding that states the id of a failed run and the recorded reason of the failure."""
    text = f"Run {{{{f:{run}.id}}}} failed and has no value. Recorded reason: {{{{f:{run}.failure}}}}"
    return Finding(id=f"failed-{run}", kind="limitation", text=text, facts=(f"{run}.id", f"{run}.failure"))


def reports_failed_run(finding: Finding) -> bool:
    return any(map(is_failure, finding.facts))
