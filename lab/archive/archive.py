"""Archive finished experiments: store their runs and files with DVC, and write pointers to them.

A pointer is written only after every byte in DVC's cache has been compared with what the training recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from compiler.base.diagnostics import InputError
from compiler.base.git import git_in
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.view.status import experiment_states
from lab.archive.archived import Archived
from lab.archive.content import Cache, WrongContent
from lab.archive.dvc_program import cache_folder
from lab.archive.experiment_files import experiment_paths, paths_in_git
from lab.archive.finished import changed_file, unfinished_reason
from lab.archive.locks import exclusive_archive, unbuilt_experiments
from lab.archive.pointers.pointer import ExperimentPointer, Out, RunPointer, pointer_file, write_pointer
from lab.archive.requirements import require_repository
from lab.archive.run_content import check_run, link_problem
from lab.archive.staged_outs import store_outs


class NotArchived(InputError):
    """A file of the archive cannot be written. Pointers that were written before are complete."""


def archive_experiments(lab: Lab, plan: Plan, names: Sequence[str]) -> Archived:
    """Archive those of the experiments that are finished.

    Raises:
        ArchiveUnavailable: The lab has no git or no DVC repository.
        DvcFailed: DVC cannot store the files. No pointer was changed.
        NotArchived: A file in the lab cannot be read or written.
    """
    require_repository(lab)
    try:
        return _archive(lab, plan, names)
    except OSError as error:
        hint = "free disk space or give write access, then archive again"
        raise NotArchived(f"{error.filename or lab.root}: {error.strerror or error} ({hint})") from error


def _archive(lab: Lab, plan: Plan, names: Sequence[str]) -> Archived:
    with exclusive_archive(lab), unbuilt_experiments(lab, names) as unbuilt:
        states = experiment_states(lab, plan)
        refused = _refused(plan, names, unbuilt)
        compiled = {name: states[name] for name in names if name not in refused}
        unfinished = {
            name: reason for name, state in compiled.items() if (reason := unfinished_reason(lab, plan, state))
        }
        refused |= _changed(lab, plan, [name for name in compiled if name not in unfinished])
        finished = [name for name in names if name not in {*refused, *unfinished}]
        if not finished:
            return Archived(unfinished=unfinished, refused=refused)
        in_git = paths_in_git(git_in(lab.root))
        stored = _store(lab, plan, {name: experiment_paths(lab, name, in_git) for name in finished})
        refused |= _wrong_content(lab, Cache(cache_folder(lab)), plan, stored)
        archived = [name for name in finished if name not in refused]
        failed = {name: states[name].counts["failed"] for name in archived if states[name].counts["failed"]}
        return Archived(tuple(archived), *_write_pointers(lab, plan, archived, stored), unfinished, refused, failed)


def with_results(lab: Lab, plan: Plan) -> list[str]:
    """Return the experiments that `archive` without names is about: those that a build has evaluated."""
    return [name for name in (*plan.experiments, *plan.broken) if lab.results_file(name).is_file()]


def _refused(plan: Plan, names: Iterable[str], unbuilt: Collection[str]) -> dict[str, str]:
    broken = {name: f"does not compile (proband compile {name})" for name in names if name not in plan.experiments}
    running = "a build of it is running (archive it when the build has finished)"
    return {name: running for name in names if name not in unbuilt} | broken


def _changed(lab: Lab, plan: Plan, names: Iterable[str]) -> dict[str, str]:
    """Return the experiments whose files were changed after the training or the last build, with the first file."""
    problems = (
        (name, changed_file(lab, plan.experiments[name]) or _link_problem(lab, plan.experiments[name].runs))
        for name in names
    )
    return {name: problem for name, problem in problems if problem}


def _link_problem(lab: Lab, runs: Iterable[str]) -> str:
    problems = ((run, link_problem(lab.run(run))) for run in runs)
    return next((f"results/runs/{run}/{problem}" for run, problem in problems if problem), "")


@dataclass(frozen=True)
class _Stored:
    """What DVC has in its cache: the folders of runs, and the files of experiments."""

    runs: Mapping[str, Out]
    experiments: Mapping[str, tuple[Out, ...]]


def _store(lab: Lab, plan: Plan, files: Mapping[str, Sequence[str]]) -> _Stored:
    runs = dict.fromkeys(run for name in files for run in plan.experiments[name].runs)
    paths: dict[str, Sequence[str]] = {f"run-{run}": [f"results/runs/{run}"] for run in runs}
    outs = store_outs(lab, paths | {f"experiment-{name}": files[name] for name in files})
    of_runs = {run: outs[f"run-{run}"][0] for run in runs}
    return _Stored(of_runs, {name: outs.get(f"experiment-{name}", ()) for name in files})


def _wrong_content(lab: Lab, cache: Cache, plan: Plan, stored: _Stored) -> dict[str, str]:
    """Return what is wrong with the stored content of each experiment that has a problem."""
    of_runs = {run: problem for run, out in stored.runs.items() if (problem := _run_problem(lab, cache, run, out))}
    problems: dict[str, str] = {}
    for name, outs in stored.experiments.items():
        runs = [f"run {run}: {of_runs[run]}" for run in plan.experiments[name].runs if run in of_runs]
        if reason := next(iter(runs), "") or next(filter(None, (_out_problem(cache, out) for out in outs)), ""):
            problems[name] = f"{reason} (archive again; if this stays, the disk of the cache is faulty)"
    return problems


def _run_problem(lab: Lab, cache: Cache, run: str, out: Out) -> str:
    try:
        check_run(lab.run(run), run, recorded_fingerprint(lab.run(run)) or "", cache.read_all(out))
    except WrongContent as error:
        return str(error)
    return ""


def _out_problem(cache: Cache, out: Out) -> str:
    try:
        cache.read_all(out)
    except WrongContent as error:
        return f"{out.path}: {error}"
    return ""


def _write_pointers(lab: Lab, plan: Plan, names: Sequence[str], stored: _Stored) -> tuple[int, tuple[str, ...]]:
    """Write the pointers of runs, then those of experiments. Return the number of runs, and the changed files."""
    runs = dict.fromkeys(run for name in names for run in plan.experiments[name].runs)
    pointers: list[RunPointer | ExperimentPointer] = [
        RunPointer(run, recorded_fingerprint(lab.run(run)) or "", stored.runs[run]) for run in runs
    ]
    pointers += [
        ExperimentPointer(name, tuple(plan.experiments[name].runs), stored.experiments[name]) for name in names
    ]
    changed = [pointer_file(lab, pointer) for pointer in pointers if write_pointer(lab, pointer)]
    return len(runs), tuple(file.relative_to(lab.root).as_posix() for file in changed)
