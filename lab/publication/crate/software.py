"""Describe the software of the runs as entities of a crate: Proband, Python, packages and the code of the lab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from urllib.parse import quote

from compiler.base.identity import canonical
from compiler.runs.provenance_record import ProvenanceRecord
from lab.publication.crate.node import Node, local_id, refs
from lab.publication.crate.stored_runs import StoredRun

SNAKEMAKE = "https://snakemake.github.io"
_ENGINE = "proband"


def training_id(run: StoredRun) -> str:
    """Return the id of the program that trained a run. Runs with the same versions and code share it."""
    return local_id("training", sha256(canonical(_versions(run))).hexdigest()[:12])


def training_nodes(run: StoredRun) -> Iterator[Node]:
    """Yield the program that trained a run, and the packages and code that it used."""
    record, versions = run.provenance, _versions(run)
    required = list(_packages(versions))
    code = _code(record)
    note = "" if record else " The run has no readable provenance, so its versions are unknown."
    properties = {
        "name": "Training by Proband",
        "description": f"Trains one run from its config and records metrics, weights and provenance.{note}",
        "softwareVersion": versions.get(_ENGINE),
        "softwareRequirements": refs(node.id for node in (*required, *code)),
    }
    yield Node(training_id(run), ("SoftwareApplication",), properties)
    yield from required
    yield from code


def snakemake_node(runs: list[StoredRun]) -> Node:
    """Return Snakemake, which ran the workflow, with the versions that the runs recorded."""
    versions = dict.fromkeys(version for run in runs if (version := _versions(run).get("snakemake")))
    properties = {"name": "Snakemake", "url": SNAKEMAKE, "softwareVersion": ", ".join(versions)}
    return Node(SNAKEMAKE, ("SoftwareApplication",), properties)


def _versions(run: StoredRun) -> dict[str, str]:
    """Return the versions that a run recorded: Python, the main packages, Proband and Snakemake, and its code."""
    record = run.provenance
    if record is None:
        return {}
    named = {
        name: record.distributions[name].version for name in (_ENGINE, "snakemake") if name in record.distributions
    }
    if record.snakemake and record.snakemake.version:
        named["snakemake"] = record.snakemake.version
    python = {"python": record.python.version} if record.python else {}
    code = {"code": f"{record.git.commit}{'+changes' if record.git.dirty else ''}"} if record.git else {}
    return {**dict(record.packages), **named, **python, **code}


def _packages(versions: Mapping[str, str]) -> Iterator[Node]:
    for name, version in sorted(versions.items()):
        if name not in ("code", _ENGINE):
            page = "https://www.python.org" if name == "python" else f"https://pypi.org/project/{quote(name)}"
            properties = {"name": name, "softwareVersion": version, "url": page}
            yield Node(f"{page}#{quote(version)}", ("SoftwareApplication",), properties)


def _code(record: ProvenanceRecord | None) -> list[Node]:
    """Return the code of the lab as its git commit, an empty list if the lab was not in git."""
    if record is None or record.git is None:
        return []
    changes = " with uncommitted changes" if record.git.dirty else ""
    properties = {
        "name": f"Code of the lab{changes}",
        "version": record.git.commit,
        "description": f"The commit that was checked out during the training{changes}. It is not part of the package.",
    }
    suffix = "changed" if record.git.dirty else "clean"
    return [Node(local_id("code", record.git.commit, suffix), ("SoftwareSourceCode",), properties)]
