"""Reproducibility: every run with its id, the versions behind them, and the commands."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Paragraph, Section, Table, Verbatim
from agents.facts.subject import parse_fact_id, run_subject
from agents.writers.shared.case_view import CaseView, fact, fact_or_dash, ref, spec

_ROWS = 60  # of the table; a plan may have thousands


def reproducibility_section(evidence: CaseView, *, is_brief: bool = False) -> Section:
    """`is_brief`: for a paper, whose readers find the runs in the report."""
    rest = versions_section(evidence).blocks if is_brief else tuple(_runs(evidence))
    title = "Reproducibility statement" if is_brief else "Reproducibility"
    return Section(id="reproducibility", title=title, blocks=(*_statement(), *_commands(evidence), *rest))


def versions_section(evidence: CaseView) -> Section:
    """What the runs were made with and from, as they recorded it."""
    lines = [f"{name:<24} {value}" for name, value in _versions(evidence)]
    told = Paragraph(text="Every run records the versions it ran with and the hash of its data.")
    blocks = (told, Verbatim(text="\n".join(lines))) if lines else (Paragraph(text="The runs recorded no versions."),)
    return Section(id="data", title="Data and versions", blocks=blocks)


def _statement() -> Iterator[Block]:
    yield Paragraph(
        text="A run is identified by its resolved configuration and the version of its data. The same configuration "
        "gives the same run id on any machine, and an existing run is used again. Every measured number in this text "
        "links to the file and the function that it comes from."
    )


def _commands(evidence: CaseView) -> Iterator[Block]:
    experiment = evidence.case.experiment_id
    lines = {
        f"snakemake --cores 2 {experiment}": "builds what is missing, and this text",
        f"proband facts {experiment}": "every fact, with its source",
    }
    width = max(map(len, lines))
    yield Verbatim(text="\n".join(f"{line:<{width}}  # {about}" for line, about in lines.items()), language="sh")


def _runs(evidence: CaseView) -> Iterator[Block]:
    shown = evidence.points[:_ROWS]
    if not shown:
        return
    rest = (
        " The table ends where it would fill pages; the results file lists every run."
        if len(evidence.points) > _ROWS
        else ""
    )
    yield Paragraph(text=f"{ref('runs')} names the runs.{rest}")
    metric = fact("experiment.metric") if evidence.metric else "Value"
    rows = tuple(_row(evidence, at, name) for at, name in shown)
    yield Table(
        id="runs",
        caption="Runs by point of the sweep, with the id under which each lies in the results folder.",
        columns=("Point", "Run id", metric, "Time"),
        rows=rows,
        numeric=(False, False, True, True),
    )


def _row(evidence: CaseView, at: int, name: str) -> tuple[str, ...]:
    of_run = (fact_or_dash(evidence, f"{run_subject(name)}.{what}") for what in ("id", evidence.metric, "seconds"))
    return (spec(f"points.{at}.name"), *of_run)


def _versions(evidence: CaseView) -> Iterator[tuple[str, str]]:
    for name, fact_ in evidence.case.book.facts.items():
        if name.startswith(("version", "host.")) and fact_.value is not None:
            yield _called(name), str(fact_.value)


def _called(name: str) -> str:
    """`torch` of `version[torch]`, the path of `version.data[PATH]`."""
    subject = parse_fact_id(name).subject
    return (subject.name if subject else None) or name.rpartition(".")[2]
