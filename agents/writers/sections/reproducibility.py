"""The section on reproducibility: the runs with their ids, the versions of software and data, and the commands."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Paragraph, Section, Table, Verbatim
from agents.facts.subject import parse_fact_id, run_subject
from agents.writers.sections.reproduction_badge import reproduction_badge
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.template_text import fact, ref, spec

_MOST_ROWS = 60  # of the table of runs; a sweep may have thousands
_STATEMENT = (
    "A run is identified by a hash of its resolved configuration and the version of its data. The same configuration "
    "has the same run id on every machine, and a finished run is reused. Every measured number in this text links to "
    "its source file and to the function that produced it."
)


def reproducibility_section(view: CaseView, *, is_brief: bool = False) -> Section:
    """Return the section. `is_brief`: with versions and without the table of runs, for a paper."""
    details = versions_section(view).blocks if is_brief else tuple(_runs(view))
    title = "Reproducibility statement" if is_brief else "Reproducibility"
    blocks = (*reproduction_badge(view), Paragraph(text=_STATEMENT), _commands(view), *details)
    return Section(id="reproducibility", title=title, blocks=blocks)


def versions_section(view: CaseView) -> Section:
    """Return the versions of software and data that the runs recorded."""
    lines = [f"{name:<24} {value}" for name, value in _versions(view)]
    recorded = Paragraph(text="Every run records the versions of its software and the hash of its data:")
    missing = Paragraph(text="The runs recorded no versions.")
    blocks = (recorded, Verbatim(text="\n".join(lines))) if lines else (missing,)
    return Section(id="data", title="Data and versions", blocks=blocks)


def _commands(view: CaseView) -> Verbatim:
    experiment = view.case.experiment_id
    comments = {
        f"snakemake --cores 2 {experiment}": "build missing results and this report",
        f"proband reproduce {experiment}": "train the runs again from their records, and compare",
        f"proband facts {experiment}": "list every fact with its source",
    }
    width = max(map(len, comments))
    lines = (f"{command:<{width}}  # {comment}" for command, comment in comments.items())
    return Verbatim(text="\n".join(lines), language="sh")


def _runs(view: CaseView) -> Iterator[Block]:
    points = view.points[:_MOST_ROWS]
    if not points:
        return
    rest = " It is truncated; the results file lists every run." if len(view.points) > _MOST_ROWS else ""
    yield Paragraph(text=f"{ref('runs')} lists the runs.{rest}")
    metric = fact("experiment.metric") if view.metric else "Value"
    yield Table(
        id="runs",
        caption="Points of the sweep and their runs. The run id is the name of the folder of a run.",
        columns=("Point", "Run id", metric, "Time"),
        rows=tuple(_row(view, index, name) for index, name in points),
        numeric=(False, False, True, True),
    )


def _row(view: CaseView, index: int, name: str) -> tuple[str, ...]:
    cells = (view.cell(f"{run_subject(name)}.{quantity}") for quantity in ("id", view.metric, "seconds"))
    return (spec(f"points.{index}.name"), *cells)


def _versions(view: CaseView) -> Iterator[tuple[str, str]]:
    for name, version in view.case.book.facts.items():
        if name.startswith(("version", "host.")) and version.value is not None:
            yield _component(name), str(version.value)


def _component(name: str) -> str:
    """Return `torch` for `version[torch]`, or the path in `version.data[PATH]`."""
    subject = parse_fact_id(name).subject
    return (subject.name if subject else None) or name.rpartition(".")[2]
