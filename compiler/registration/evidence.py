"""Select the runs that are fresh evidence for a claim: those that started after the claim was registered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from compiler.base.lease import find_writer
from compiler.base.paths import Lab
from compiler.registration.chain import Chain
from compiler.registration.entry import RegistrationEntry
from compiler.registration.times import RunTimes
from compiler.runs.begun_runs import begun_runs


def known_runs(lab: Lab, chain: Chain, experiment_id: str, planned_runs: Iterable[str]) -> list[str]:
    """Return the runs whose results may be known now, as a registration of the experiment records them.

    The runs that earlier registrations of the experiment planned are included, so that the chain shows which of them
    had finished when the claim was changed.
    """
    earlier = (run for entry in chain.registrations_of(experiment_id) for run in entry.planned_runs)
    named, begun = chain.named_runs, begun_runs(lab)
    return sorted(run for run in {*planned_runs, *earlier} if run in named or (run in begun and has_begun(lab, run)))


def has_begun(lab: Lab, run_id: str) -> bool:
    """Return whether a run has finished, was deleted by `proband clean`, has a checkpoint or is being trained now."""
    partial = lab.partial_run(run_id) / lab.status(run_id).name
    files = (lab.status(run_id), lab.status_copy(run_id), partial, lab.deleted_run(run_id))
    return (
        any(file.is_file() for file in files)
        or lab.checkpoint(run_id).is_dir()
        or find_writer(lab.partial_run(run_id)) is not None
    )


def expected_known_runs(
    lab: Lab, chain: Chain, experiment_id: str, claim: str, planned_runs: Iterable[str], times: Mapping[str, RunTimes]
) -> tuple[str, ...]:
    """Return the runs that will be known to the registration of a claim if the experiment is built now.

    Args:
        times: the times of the runs that have finished and will not be trained again.
    """
    registrations, named = chain.registrations_of(experiment_id), chain.named_runs
    latest, begun = chain.latest_registration(experiment_id), begun_runs(lab)

    def is_known(run: str) -> bool:
        if run in times:
            return governing_entry(registrations, claim, run, times[run]) is None
        if latest is not None and latest.claim == claim and latest.plans(run):
            return run in latest.known_runs
        return run in named or (run in begun and has_begun(lab, run))

    return tuple(run for run in planned_runs if is_known(run))


def fresh_runs(chain: Chain, experiment_id: str, claim: str, runs: Mapping[str, RunTimes]) -> frozenset[str]:
    """Return the runs that are evidence for a claim of an experiment.

    A run is fresh if a registration of the claim was in force from its start to its end and does not know the run. If
    the latest registration of the experiment has another claim, no run is fresh.
    """
    registrations, latest = chain.registrations_of(experiment_id), chain.latest_registration(experiment_id)
    if latest is None or latest.claim != claim:
        return frozenset()
    return frozenset(run for run, times in runs.items() if governing_entry(registrations, claim, run, times))


def governing_entry(
    registrations: Sequence[RegistrationEntry], claim: str, run_id: str, times: RunTimes
) -> RegistrationEntry | None:
    """Return the registration of the claim that was in force while the run was trained, None if there is none.

    The order in the chain decides first: a registration does not govern runs that it knows, and a claim that was
    changed governs only runs that the changed registration knows. The clock decides second.
    """
    for index, entry in enumerate(registrations):
        if entry.claim != claim or not entry.plans(run_id) or run_id in entry.known_runs:
            continue
        change = next((later for later in registrations[index:] if later.claim != claim), None)
        had_finished = change is None or entry.is_search or run_id in change.known_runs
        if had_finished and times.are_within(entry.recorded_at, change.recorded_at if change else None):
            return entry
    return None
