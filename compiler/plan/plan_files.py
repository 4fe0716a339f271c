"""Write the plan of a lab, and compile it again if its inputs have changed. All files written here can be deleted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from compiler.base.file_hash import hash_or_missing
from compiler.base.identity import digest
from compiler.base.json_files import compact_json, read_json, write_bytes, write_json
from compiler.base.paths import Lab
from compiler.plan.authentic_plan import has_authentic_runs
from compiler.plan.model import Plan, read_plan
from compiler.plan.plan_inputs import hash_inputs, shared_files
from compiler.python_source.hidden_modules import check_module_names
from compiler.registration.recorded_choices import RecordedChoices, recorded_choices

if TYPE_CHECKING:
    from compiler.plan.compile_lab import Outcome

_INPUTS_VERSION = 2


def plan_file(lab: Lab, overrides: Sequence[str]) -> Path:
    """Return the path of the plan. Each set of overrides has its own plan, so that builds do not mix them."""
    return lab.state / (f"plan-{digest(list(overrides))}.json" if overrides else "plan.json")


def digest_folder(plan: Path) -> Path:
    """Return the folder with one small file for each step, which holds the hash of the step's inputs in the plan.

    The files are inputs of the steps. Snakemake also detects changed params, but not if its metadata is deleted.
    """
    return plan.with_suffix("") / "digests"


def current_plan(lab: Lab, overrides: Sequence[str] = ()) -> Plan:
    """Return the plan of a lab. It is compiled only if something that it depends on has changed.

    Raises:
        CompileError: A file that all experiments share is wrong. A broken spec is in the plan's `broken` instead.
    """
    return stored_or_compiled(lab, overrides)[0]


def stored_or_compiled(lab: Lab, overrides: Sequence[str] = ()) -> tuple[Plan, bool]:
    """Return the plan of a lab as `current_plan` does, and whether a part of it was stored, not compiled just now."""
    check_module_names(lab.root)
    file = plan_file(lab, overrides)
    with plan_lock(lab):
        # The inputs are listed and read once, before the compilation: if one is changed or added meanwhile, the next
        # command compiles again.
        inputs = shared_files(lab)
        hashes = {input_file: hash_or_missing(input_file) for input_file in inputs}
        plan = _valid_plan(lab, file, hashes, inputs)
        if plan is not None:
            return plan, True
        from compiler.plan.compile_lab import compile_lab  # imports Hydra, which takes longer than reading a plan
        from compiler.plan.manifest import build_plan

        outcome = compile_lab(lab, overrides, _read(_specs_file(file)), hashes)
        is_kept = not lab.is_read_only
        plan = write_plan(lab, outcome, file, hashes, inputs) if is_kept else build_plan(outcome.compilation)
        return plan, outcome.uses_stored


def plan_without_writing(lab: Lab) -> Plan:
    """Return the plan of a lab as `current_plan` does, and write nothing, not even the compiled plan."""
    return _valid_plan(lab, plan_file(lab, ()), {}) or compile_without_writing(lab)


def compile_without_writing(lab: Lab) -> Plan:
    """Compile a lab and write nothing. Specs that the last plan contains in their current form are not compiled."""
    from compiler.plan.compile_lab import compile_lab
    from compiler.plan.manifest import build_plan

    return build_plan(compile_lab(lab, (), _read(_specs_file(plan_file(lab, ())))).compilation)


def plan_lock(lab: Lab) -> AbstractContextManager[object]:
    """Return the lock that is held while a plan is compiled, so that its inputs do not change meanwhile.

    In a lab that can only be read, nothing is locked, because no file is written.
    """
    if lab.is_read_only:
        return nullcontext()
    lab.state.mkdir(parents=True, exist_ok=True)
    return FileLock(lab.state / "compile.lock")


def write_plan(
    lab: Lab,
    outcome: Outcome,
    file: Path,
    hashes: MutableMapping[Path, str] | None = None,
    inputs: Sequence[Path] | None = None,
) -> Plan:
    """Write the plan, the config of every run, the digests of the steps, and the hash of the plan's inputs."""
    from compiler.plan.digests import digests
    from compiler.plan.manifest import build_plan, run_job

    plan = build_plan(outcome.compilation)
    runs = {lab.run_job(run.id): run for run in outcome.compilation.runs.values()}
    jobs = ((path, compact_json(run_job(run, plan.runs[run.id].experiments).to_json())) for path, run in runs.items())
    steps = ((digest_folder(file) / f"{name}.txt", f"{text}\n".encode()) for name, text in digests(plan).items())
    written, folder = {}, f"{lab.state}{os.sep}"  # a prefix, because relative_to() takes longer for many runs
    for path, content in (*jobs, *steps):
        write_bytes(path, content)
        written[str(path).removeprefix(folder)] = hashlib.sha256(content).hexdigest()
    write_json(file, plan.to_json())
    sources = sorted(map(str, outcome.sources))
    hashed = {
        "sources": sources,
        "digest": hash_inputs(lab, sources, {} if hashes is None else hashes, inputs),
        "plan": hash_or_missing(file),
    }
    write_bytes(_specs_file(file), compact_json(outcome.stored))
    write_json(inputs_file(file), {"schema_version": _INPUTS_VERSION, **hashed, "written": written})
    return plan


def _valid_plan(
    lab: Lab, file: Path, hashes: MutableMapping[Path, str], files: Sequence[Path] | None = None
) -> Plan | None:
    """Return the existing plan if its inputs and all its files are unchanged, else None.

    A plan with broken specs is always compiled again, because the file that fixes a spec may not be among its inputs.
    Hashes in the same folder do not reveal someone who changes a file and its hash, so the configs are checked as well.
    """
    inputs = _read(inputs_file(file))
    if not isinstance(inputs, dict) or inputs.get("plan") != hash_or_missing(file):
        return None
    if inputs.get("schema_version") != _INPUTS_VERSION or inputs["digest"] != hash_inputs(
        lab, inputs["sources"], hashes, files
    ):
        return None
    contents = _read_unchanged(lab, inputs["written"])
    if contents is None:
        return None
    try:
        plan = read_plan(file)
    except (ValueError, KeyError, TypeError, AttributeError):  # edited together with its hash
        return None
    if (
        plan.broken
        or not has_authentic_runs(plan, lab, contents)
        or not _agrees(plan, recorded_choices(lab.registrations))
    ):
        return None
    return plan


def _read_unchanged(lab: Lab, written: Mapping[str, str]) -> dict[Path, bytes] | None:
    """Return the content of the files that were written with a plan. None if one is missing or has changed."""
    contents, folder = {}, str(lab.state)
    for name, sha256 in written.items():
        try:
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != sha256:
            return None
        contents[Path(name)] = content
    return contents


def _agrees(plan: Plan, recorded: RecordedChoices) -> bool:
    """Return whether the parents and the fresh seeds of the plan are the registered ones."""
    undeclared = {
        entry.experiment_id: entry.parent_experiment for entry in plan.genealogy if entry.parent_source != "declared"
    }
    parents_agree = all(recorded.parents.get(name, parent) == parent for name, parent in undeclared.items())
    chosen = {name: experiment.seeds for name, experiment in plan.experiments.items() if experiment.seeds}
    return parents_agree and all(choice in recorded.seeds.get(name, ()) for name, choice in chosen.items())


def inputs_file(plan: Path) -> Path:
    """Return the path of the file that lists what a plan depends on, as absolute paths in `sources`."""
    return plan.with_suffix(".inputs.json")


def _specs_file(plan: Path) -> Path:
    """Return the file of the compiled specs, which the next compilation uses."""
    return plan.with_suffix(".specs.json")


def _read(file: Path) -> Any:
    """Return the content of a JSON file; None if it is missing or damaged."""
    try:
        return read_json(file)
    except (FileNotFoundError, ValueError):
        return None
