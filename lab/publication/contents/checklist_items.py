"""Compute the items of the review checklist from the files of a package, with what code could check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.review.finished_text_review import check_text
from lab.publication.checklist import Item, Tick
from lab.publication.contents.authors import authors
from lab.publication.contents.material import Material
from lab.publication.contents.plain_text import plain

_REGISTRATION = "registration/registration.json"
_CONFIRMATORY = "The test was registered before the runs that it rests on"


def checklist_items(material: Material, files: Mapping[str, bytes]) -> tuple[Item, ...]:
    """Return the items in the order of the review."""
    return (
        Item(
            "method",
            "Does the method answer the research question, and are its limits stated?",
            tuple(_method(material)),
            needs_person=True,
        ),
        Item("statistics", "Is the statistical conclusion justified?", tuple(_statistics(material))),
        Item("claims", "Is every claim in the texts backed by a fact or a verdict?", tuple(_claims(material, files))),
        Item("ethics", "Are human subjects, personal data and dual use considered?", (), needs_person=True),
        Item(
            "data_licence",
            "Does the licence of the data allow this publication?",
            tuple(_data_licences(material)),
            needs_person=True,
        ),
        Item(
            "rights",
            "May the files be published under the stated licence and authors?",
            tuple(_rights(material, files)),
        ),
    )


def _method(material: Material) -> Iterator[Tick]:
    runs = {run.run_id: run for run in material.results.runs}
    failed = sum(not run.is_completed for run in runs.values())
    yield Tick("No run failed" if not failed else f"{failed} of {len(runs)} runs failed", not failed, "payload.json")
    for gate, content in material.gates.items():
        text = f"The {gate} gate {'passed' if content.passed else 'is closed'}"
        yield Tick(text, content.passed, f"gates/{gate}.json")


def _statistics(material: Material) -> Iterator[Tick]:
    results, registration = material.results, material.registration
    verdict = results.verdict
    if verdict is None:
        yield Tick("A test was registered", False, "payload.json")
        return
    yield Tick(_CONFIRMATORY, results.registration.standing == "confirmatory", _REGISTRATION)
    revised = registration is not None and bool(registration.revisions)
    yield Tick("The registration was not revised", not revised, _REGISTRATION)
    yield Tick("No look was taken outside a registered plan", results.registration.looks == 0, _REGISTRATION)
    yield Tick("The test could be computed", verdict != "untestable", "payload.json")
    siblings = results.registration.siblings
    yield Tick("No other experiment registered a test of the same runs", not siblings, "payload.json")


def _claims(material: Material, files: Mapping[str, bytes]) -> Iterator[Tick]:
    """Yield a tick for each Markdown text, as `proband check` judges it."""
    for path in sorted(files):
        if path.endswith(".md") and not path.startswith("analysis/"):
            count = len(check_text(files[path].decode("utf-8"), material.book, path))
            problems = f": {count} passage{'' if count == 1 else 's'} without support" if count else ""
            yield Tick(f"Facts and verdicts support every number and comparison{problems}", not count, path)


def _data_licences(material: Material) -> Iterator[Tick]:
    datasets = material.experiment.datasets
    if not datasets:
        yield Tick("The experiment names a data group", False, "datasets.json")
    for data in datasets:
        licence = f": {plain(data.licence)}" if data.licence else ""
        yield Tick(f"The data group {data.name} declares its licence{licence}", bool(data.licence), "datasets.json")


def _rights(material: Material, files: Mapping[str, bytes]) -> Iterator[Tick]:
    yield Tick("The lab has a licence", "LICENSE" in files, "LICENSE" if "LICENSE" in files else "README.md")
    yield Tick("The spec names the authors", bool(authors(material)), "CITATION.cff")
