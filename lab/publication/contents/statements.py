"""State the outcome of an experiment in sentences that every text of a package contains."""

from __future__ import annotations

from collections.abc import Iterator

from lab.publication.contents.material import Material
from lab.publication.contents.plain_text import one_line
from lab.publication.contents.reproductions import reproduction_statement


def outcome_statements(material: Material) -> list[str]:
    """Return the sentences: the verdict and its standing, the runs, closed gates and reproductions."""
    return [
        *_verdict(material),
        _runs(material),
        *_deliverables(material),
        *_gates(material),
        *reproduction_statement(material.reproductions),
    ]


def hypothesis_statement(material: Material) -> str:
    """Return the hypothesis of the authors as a quotation, so that it does not read as a result."""
    return f"The authors' hypothesis was: \u201c{one_line(material.spec['hypothesis'])}\u201d"


def _verdict(material: Material) -> Iterator[str]:
    results, verdict = material.results, material.verdict
    if results.verdict is None:
        yield "No test was registered, so there is no verdict on the hypothesis."
        if material.spec.get("exploratory"):
            yield "The spec declares the experiment as exploratory."
        return
    yield f"The verdict on the registered hypothesis is *{results.verdict}*."
    if verdict is not None:
        yield verdict.sentence
    registration = results.registration
    if registration.standing == "confirmatory":
        yield "The test was registered before the runs that it rests on."
    else:
        yield f"The verdict is {registration.standing}, not confirmatory: {registration.reason}."
    if material.registration is not None and material.registration.revisions:
        yield "The registration was revised; `registration/registration.json` lists each change."


def _runs(material: Material) -> str:
    runs = {run.run_id: run for run in material.results.runs}
    completed = sum(run.is_completed for run in runs.values())
    if completed == len(runs):
        return "The only run completed." if completed == 1 else f"All {completed} runs completed."
    if len(runs) == 1:
        return "The only run failed."
    return f"{completed} of {len(runs)} runs completed, and {len(runs) - completed} failed."


def _deliverables(material: Material) -> Iterator[str]:
    """Yield a sentence if a deliverable is not met, also one that no gate requires."""
    if not all(value.validated for value in material.results.deliverables_status.values()):
        yield "Not all deliverables are met; `tables/deliverables.csv` states which."


def _gates(material: Material) -> Iterator[str]:
    for gate, content in material.gates.items():
        if not content.passed:
            yield f"The {gate} gate is closed, so this package shows an experiment that did not deliver: {content.why}."
