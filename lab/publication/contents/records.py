"""Write the records of an experiment into its package: payload, facts, registration, genealogy, runs and gates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler.base.json_files import parse_json, read_json
from compiler.base.paths import MODEL_REQUESTS
from lab.publication.contents.copied_files import files_below, lineage
from lab.publication.contents.data_licences import datasets_json
from lab.publication.contents.material import Material
from lab.publication.contents.redacted_json import RedactedJson, redacted_json
from lab.publication.contents.reproductions import REPRODUCTIONS, reproductions_json

_LINES = ("facts.jsonl", "verdicts.jsonl", "series.jsonl")
_OF_RUN = ("config.json", "provenance.json", "status.json", "output/metrics.json", "output/eval_results.json")
REDACTIONS = "redactions.json"


def records(material: Material) -> Iterator[tuple[str, bytes]]:
    """Yield the path and content of each record, and last the list of the values that were redacted."""
    redactions: dict[str, list[str]] = {}
    for path, value in _documents(material):
        redacted = redacted_json(value)
        _note(redactions, path, redacted)
        yield path, redacted.content
    for name in _LINES:
        lines = []
        for line in _json_lines(material, name):
            redacted = redacted_json(line)
            _note(redactions, name, redacted)
            lines.append(redacted.line)
        yield name, b"".join(lines)
    yield from _chain(material)
    content = {"schema_version": 1, "redacted": {path: sorted(set(places)) for path, places in redactions.items()}}
    yield REDACTIONS, redacted_json(content).content


def _note(redactions: dict[str, list[str]], path: str, redacted: RedactedJson) -> None:
    if redacted.replaced:
        redactions.setdefault(path, []).extend(redacted.replaced)


def _documents(material: Material) -> Iterator[tuple[str, Any]]:
    """Yield the path in the package and the value of each JSON document."""
    lab, name, folder = material.lab, material.name, material.folder
    yield "payload.json", read_json(lab.results_file(name))
    yield "experiment.json", read_json(folder / "experiment.json")
    if material.registration is not None:
        yield "registration/registration.json", material.registration.to_json()
    entries = [material.plan.genealogy_entry(ancestor).to_json() for ancestor in lineage(material)]
    yield "genealogy.json", {"schema_version": 1, "experiments": entries}
    yield "datasets.json", datasets_json(material)
    if material.reproductions.counted:
        yield REPRODUCTIONS, reproductions_json(material.reproductions)
    for part in ("analysis", "reports", "deliverables"):
        for file in files_below(folder / part):
            path = file.relative_to(folder).as_posix()
            if file.suffix == ".json" and not path.startswith(MODEL_REQUESTS):
                yield path, read_json(file)
    for gate, content in material.gates.items():
        yield f"gates/{gate}.json", content.to_json()
    for run in material.experiment.runs:
        files = ((part, lab.run(run) / part) for part in _OF_RUN)
        yield from ((f"runs/{run}/{part}", read_json(file)) for part, file in files if file.is_file())


def _json_lines(material: Material, name: str) -> Iterator[Any]:
    file = material.folder / name
    for line in file.read_bytes().split(b"\n") if file.is_file() else ():
        if line:
            yield parse_json(line)


def _chain(material: Material) -> Iterator[tuple[str, bytes]]:
    """Yield the lines of this experiment in the chain, unchanged, and the hashes of all lines up to the last of them.

    Each line contains the hash of the line before, so the hashes show that the lines are part of the chain. The lines
    of other experiments are not published.
    """
    entries = material.chain.entries
    own = [number for number, entry in enumerate(entries) if entry.experiment_id == material.name]
    if not own:
        return
    lines = material.lab.registrations.read_bytes().split(b"\n")
    yield "registration/chain.jsonl", b"".join(lines[number] + b"\n" for number in own)
    hashes = [
        {"number": entry.number, "sha256": entry.sha256, "is_own": number in own}
        for number, entry in enumerate(entries[: own[-1] + 1])
    ]
    yield "registration/chain_hashes.json", redacted_json({"schema_version": 1, "lines": hashes}).content
