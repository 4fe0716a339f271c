"""Restore archived runs and experiments: download their content with DVC in one call, check it, and write it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.view.status import run_state
from lab.archive.content import Cache, WrongContent
from lab.archive.dvc_program import DvcFailed, cache_folder, fetch, remote_address, require_remote
from lab.archive.locks import exclusive_archive, unbuilt_experiments
from lab.archive.pointers.pointer import ExperimentPointer, RunPointer, pointer_file
from lab.archive.pointers.read_pointer import (
    WrongPointer,
    check_experiment_id,
    read_experiment_pointer,
    read_run_pointer,
)
from lab.archive.requirements import require_repository
from lab.archive.restore_files import restore_files
from lab.archive.restore_run import InTraining, Present, present_run, restore_run
from lab.archive.restored import Restored, remote_problem


def restore_experiments(lab: Lab, names: Sequence[str], remote: str | None = None) -> Restored:
    """Restore experiments and the runs that they rest on.

    Raises:
        ArchiveUnavailable: The lab has no git or no DVC repository.
        DvcFailed: DVC has no remote, or its configuration is damaged. Nothing was restored.
        WrongPointer: An experiment is not archived, or its pointer was changed. Nothing was restored.
    """
    require_repository(lab)
    for name in names:
        check_experiment_id(name)
    with exclusive_archive(lab), unbuilt_experiments(lab, names) as unbuilt:
        restored = Restored()
        busy = (name for name in names if name not in unbuilt)
        hint = "restore it when the build has finished"
        restored.problems += [f"{name}: a build of it is running ({hint})" for name in busy]
        experiments = [read_experiment_pointer(lab, name) for name in names if name in unbuilt]
        wanted = dict.fromkeys(run for experiment in experiments for run in experiment.runs)
        runs = [read_run_pointer(lab, run) for run in wanted]
        cache = _fetched(lab, [*runs, *experiments], remote, restored)
        for run in runs:
            _restore_run(lab, cache, run, restored)
        for experiment in experiments:
            _restore_experiment(lab, cache, experiment, restored)
        return restored


def restore_runs(lab: Lab, plan: Plan, remote: str | None = None) -> Restored:
    """Restore every planned run that is not here, if it is archived and was trained with the current code.

    Raises:
        ArchiveUnavailable: The lab has no git or no DVC repository.
    """
    require_repository(lab)
    with exclusive_archive(lab):
        restored = Restored()
        runs = [pointer for run in _missing_runs(lab, plan) if (pointer := _usable_pointer(lab, plan, run, restored))]
        cache = _fetched(lab, runs, remote, restored)
        for run in runs:
            _restore_run(lab, cache, run, restored, replaces_other_code=True)
        return restored


def _missing_runs(lab: Lab, plan: Plan) -> Iterable[str]:
    states = (run_state(lab, run.id, run.fingerprint) for run in plan.runs.values())
    return [state.run_id for state in states if state.state in ("waiting", "stale")]


def _usable_pointer(lab: Lab, plan: Plan, run: str, restored: Restored) -> RunPointer | None:
    if not lab.run_pointer(run).exists():
        return None
    try:
        pointer = read_run_pointer(lab, run)
    except WrongPointer as error:
        restored.problems.append(str(error))
        return None
    if pointer.fingerprint != plan.runs[run].fingerprint:
        restored.other_code.append(run)
        return None
    return pointer


def _fetched(
    lab: Lab, pointers: Sequence[RunPointer | ExperimentPointer], remote: str | None, restored: Restored
) -> Cache:
    """Download what is not in the cache of DVC, in one call, and return the cache."""
    cache, error = Cache(cache_folder(lab)), ""
    missing = [pointer for pointer in pointers if not all(map(cache.is_complete, pointer.outs))]
    if missing and remote is None:
        require_remote(lab)
    try:
        fetch(lab, [pointer_file(lab, pointer) for pointer in missing], remote)
    except DvcFailed as failure:
        error = str(failure)
    lacking = [pointer for pointer in missing if not all(map(cache.is_complete, pointer.outs))]
    if lacking:
        restored.problems.append(remote_problem(*remote_address(lab, remote), error))
    if lacking == missing and not any(cache.object(out.md5).is_file() for pointer in lacking for out in pointer.outs):
        restored.without_content.update(pointer_file(lab, pointer).stem for pointer in lacking)
    return cache


def _restore_run(
    lab: Lab, cache: Cache, pointer: RunPointer, restored: Restored, replaces_other_code: bool = False
) -> None:
    run, present = pointer.run_id, present_run(lab, pointer)
    if present is Present.THIS_RUN:
        restored.present.append(run)
        return
    if present is Present.OTHER_CODE and not replaces_other_code:
        hint = f"delete results/runs/{run} and restore again, to get the archived one"
        restored.problems.append(f"run {run}: is here, trained with other code, and is kept ({hint})")
        return
    if restored.notes_unavailable(run):
        return
    try:
        restore_run(lab, cache, pointer)
        restored.runs.append(run)
    except (WrongContent, InTraining, OSError) as error:
        restored.problems.append(f"run {run}: not restored: {error}")


def _restore_experiment(lab: Lab, cache: Cache, pointer: ExperimentPointer, restored: Restored) -> None:
    name = pointer.experiment_id
    if restored.notes_unavailable(name):
        return
    try:
        kept = restore_files(lab, cache, pointer)
    except (WrongContent, OSError) as error:
        restored.problems.append(f"{name}: its files are not restored: {error}")
        return
    restored.experiments.append(name)
    if kept:
        more = f" and {len(kept) - 1} more files" if len(kept) > 1 else ""
        hint = "delete them and restore again, to get the archived ones"
        restored.problems.append(f"{name}: {kept[0]}{more} differ from the archived files and are kept ({hint})")
