"""Prepare the package of an experiment, decide its gate, and write the archive if the gate is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from compiler.base.diagnostics import CompileError, InputError
from compiler.base.json_files import json_bytes, write_bytes
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.admission.counted_decisions import counted_decisions
from lab.ethics.flags import unsigned_flags
from lab.publication.archive import zip_bytes
from lab.publication.checklist import read_checklist
from lab.publication.checksums import CHECKSUMS, changed_files, package_paths
from lab.publication.contents.material import read_material
from lab.publication.folders import archive_file, package_folder, publication_folder
from lab.publication.package_files import package_files, write_package
from lab.publication.publication_approval import APPROVAL, approval_json, publication_standing
from lab.publication.publication_gate import failed_preparation, publication_gate
from lab.secrets_scan.allowances import allow_file
from lab.secrets_scan.blocking_findings import blocking_findings
from rules.gates.gate import Gate, read_gate, write_gate

_NO_FLAGS: Mapping[str, str] = MappingProxyType({})


def publish(lab: Lab, plan: Plan, experiment: str) -> Gate:
    """Prepare the package, write its gate, and write or remove the archive. Return the gate.

    The package is computed again each time, so an edit of it, or a change of a file that it is computed from, is
    noticed. A closed gate leaves the package as a candidate for a person to read, and no archive.
    """
    package, edits = package_folder(lab, experiment), edited_files(lab, experiment)
    try:
        files = package_files(read_material(lab, plan, experiment))
    except (InputError, OSError, ValueError) as error:
        gate = failed_preparation(" ".join(str(error).split()))
    else:
        if package.is_symlink() or _content(package) != files:
            write_package(package, files)
        unsigned = unsigned_flags(lab, plan, experiment, counted_decisions(lab))
        gate = decide_publication(lab, experiment, edits, unsigned)
    write_gate(lab, experiment, gate)
    if gate.passed:
        write_archive(lab, experiment)
    else:
        archive_file(lab, experiment).unlink(missing_ok=True)
        (publication_folder(lab, experiment) / APPROVAL).unlink(missing_ok=True)
    return gate


def edited_files(lab: Lab, experiment: str) -> list[str]:
    """Return a line for each file of the package and for the archive that differs from what was written."""
    package, archive = package_folder(lab, experiment), archive_file(lab, experiment)
    edits = changed_files(package)
    if not edits and archive.is_file() and archive.read_bytes() != _archive_bytes(lab, experiment):
        edits.append(f"{archive.name}: changed")
    return edits


def decide_publication(
    lab: Lab, experiment: str, edits: Sequence[str] = (), unsigned: Mapping[str, str] = _NO_FLAGS
) -> Gate:
    """Return the gate of the prepared package.

    Args:
        edits: of an earlier package. They close the gate, so that they are noticed.
        unsigned: the risk flags that no person has signed, with the reason why each closes the gate.
    """
    package = package_folder(lab, experiment)
    standing = publication_standing(counted_decisions(lab), experiment, package)
    items, relative_path = read_checklist(package), package.relative_to(lab.root)
    decision = standing.decision if standing.is_approved else None
    approval = {APPROVAL: json_bytes(approval_json(decision, experiment, package))} if decision else {}
    findings = _scan_findings(lab, package, approval)
    gate = publication_gate(
        experiment, relative_path, items, standing, edits or changed_files(package), findings, unsigned
    )
    return gate.with_inputs(lab, [package / CHECKSUMS, allow_file(lab)])


def _scan_findings(lab: Lab, package: Path, approval: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the secrets and personal data in a package and its approval, or why the allowances cannot be read."""
    try:
        return tuple(map(str, blocking_findings(lab, package, approval)))
    except CompileError as error:
        return tuple(map(str, error.diagnostics))


def write_archive(lab: Lab, experiment: str) -> Path:
    """Write the approved package and its approval as a zip archive, and return its path.

    Raises:
        InputError: The gate is closed, or its files have changed since it was decided.
    """
    package = package_folder(lab, experiment)
    if edits := changed_files(package):
        raise InputError(f"{experiment}: not published: {'; '.join(edits)} (run snakemake --cores 2 publication)")
    standing = publication_standing(counted_decisions(lab), experiment, package)
    gate = read_gate(lab, experiment, "publication")
    if gate is None or not gate.passed or standing.decision is None or not standing.is_approved:
        why = gate.why if gate else "the gate is not decided"
        raise InputError(f"{experiment}: not published: {why} (run snakemake --cores 2 publication)")
    approval = publication_folder(lab, experiment) / APPROVAL
    write_bytes(approval, json_bytes(approval_json(standing.decision, experiment, package)))
    file = archive_file(lab, experiment)
    write_bytes(file, _archive_bytes(lab, experiment))
    return file


def _archive_bytes(lab: Lab, experiment: str) -> bytes:
    """Return the archive of the package and of its approval, as their files are now."""
    approval = publication_folder(lab, experiment) / APPROVAL
    files = {APPROVAL: approval.read_bytes()} if approval.is_file() else {}
    return zip_bytes(experiment, _content(package_folder(lab, experiment)) | files)


def _content(package: Path) -> dict[str, bytes]:
    paths = package_paths(package) if package.is_dir() else []
    return {path: (package / path).read_bytes() for path in paths if not (package / path).is_symlink()}
