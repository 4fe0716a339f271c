"""Describe the provenance of a run in a few rows. The file can be old or edited, so any value can occur in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def provenance_rows(provenance: Mapping[str, Any], packages: int) -> dict[str, Any]:
    """Return the rows for people, without those that the file has no value for.

    Args:
        packages: the number of installed distributions that the file lists.
    """
    hardware, python = _object(provenance.get("hardware")), provenance.get("python")
    rows = {
        "fingerprint": provenance.get("fingerprint"),
        "git": _git(_object(provenance.get("git"))),
        "python": _object(python).get("version") if isinstance(python, dict) else python,
        "packages": f"{packages} (provenance.json has versions and hashes)" if packages else None,
        "host": provenance.get("host"),
        "cpu": _listed(hardware, "cpu", "cores"),
        "gpu": provenance.get("gpu"),
        "threads": provenance.get("torch_threads"),
        "snakemake": _listed(_object(provenance.get("snakemake")), "version", "rule", "executor"),
        "environment": _pairs(_object(provenance.get("environment")), "="),
        "resumed": _pairs(_object(provenance.get("resumed")), " "),
        "not recorded": "; ".join(map(str, notes)) if isinstance(notes := provenance.get("notes"), list) else None,
    }
    return {key: value for key, value in rows.items() if value not in (None, "", [])}


def _git(git: Mapping[str, Any]) -> str:
    return ", ".join(_git_parts(git)) if git.get("commit") else ""


def _git_parts(git: Mapping[str, Any]) -> Iterator[str]:
    yield str(git["commit"])
    if git.get("branch"):
        yield f"branch {git['branch']}"
    if git.get("dirty"):
        yield "with uncommitted changes"
    if git.get("diff"):
        yield f"patch in {git['diff']}{'' if git.get('diff_is_exact') else ', incomplete'}"


def _listed(values: Mapping[str, Any], *keys: str) -> str:
    """Return the values of the keys. A number has its key after it."""
    texts = [f"{value} {key}" if isinstance(value, int) else str(value) for key in keys if (value := values.get(key))]
    return ", ".join(texts)


def _pairs(values: Mapping[str, Any], separator: str) -> str:
    return ", ".join(f"{key}{separator}{value}" for key, value in values.items())


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
