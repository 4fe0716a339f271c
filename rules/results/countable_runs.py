"""Check before any evaluation that the runs of an experiment are results of its current code and not of a fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from compiler.base.diagnostics import InputError
from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.runs.run_status import failure_line

_ENVIRONMENT = "environment"  # the kind of a failure that every run of the machine would have


class RunsNotCounted(InputError):
    """Some runs are no results of the experiment, so nothing is concluded from its runs."""


def check_countable(lab: Lab, runs: Sequence[str], fingerprints: Mapping[str, str]) -> None:
    """Check the runs of an experiment.

    Args:
        fingerprints: those of the code for which the build was compiled, by run. Other runs are not compared.

    Raises:
        RunsNotCounted: The environment made a run fail, or a run was trained with other code.
    """
    if messages := [*_environment_faults(lab, runs), *_stale_runs(lab, runs, fingerprints)]:
        raise RunsNotCounted("\n".join(messages))


def _environment_faults(lab: Lab, runs: Sequence[str]) -> Iterator[str]:
    statuses = {run: readable_object(lab.status(run)) or {} for run in runs}
    failed = [run for run, status in statuses.items() if (status.get("error") or {}).get("kind") == _ENVIRONMENT]
    if failed:
        count, reason = f"{len(failed)} of {len(runs)} runs", failure_line(statuses[failed[0]])
        hint = f"{statuses[failed[0]]['error'].get('hint')}; the next build trains them"
        yield f"{count} failed because of the environment, which is no result: run {failed[0]}: {reason} ({hint})"


def _stale_runs(lab: Lab, runs: Sequence[str], fingerprints: Mapping[str, str]) -> Iterator[str]:
    planned = [run for run in runs if run in fingerprints]
    stale = [run for run in planned if recorded_fingerprint(lab.run(run)) not in (None, fingerprints[run])]
    if stale:
        count = f"{len(stale)} of {len(runs)} runs"
        problem = "were trained with other code than this build was compiled for, so they are not counted"
        yield f"{count} {problem}: run {stale[0]} (the code has changed; build again)"
