"""Check the registration chain against itself, the results that cite it, the runs, and the commits of the lab."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from compiler.base.git import Git
from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.registration.chain import Chain, chain_content, check_lines
from compiler.registration.entry import Entry, RegistrationEntry
from compiler.registration.history import registration_of
from compiler.registration.times import moment

_CLOCK_TOLERANCE = timedelta(minutes=1)  # clocks are corrected by seconds
_MAX_LISTED = 5


def chain_problems(lab: Lab, git: Git, selected: Collection[str] | None = None) -> tuple[str, ...]:
    """Return the problems of the registrations of a lab, one line for each problem.

    Args:
        git: runs git in the folder of the lab.
        selected: the experiments whose evaluated runs must be here, None for all. A clone may have one experiment.
    """
    content = chain_content(lab.registrations)
    entries, problems = check_lines(content)
    chain = Chain(tuple(entries))
    name = lab.registrations.name
    return (
        *(f"{name}: {problem}" for problem in problems),
        *(f"{name}: {problem}" for problem in _time_problems(entries)),
        *(f"{name}: {problem}" for problem in _older_runs(lab, chain)),
        *(f"{name}: {problem}" for problem in _missing_runs(lab, chain, selected)),
        *_uncited(lab, chain),
        *_edited_views(lab, chain),
        *_rewritten(lab, content, git),
    )


def head_statement(lab: Lab, git: Git) -> str:
    """Return a sentence that states whether the checked-out commit contains the registrations up to the last entry."""
    file = lab.registrations
    if not file.is_file():
        return "the lab has no registrations"
    commit, committed = git("rev-parse", "HEAD"), _committed(file, lab, git)
    if commit is None:
        return f"no commit holds {file.name}: the lab is not a git repository, or has no commits"
    if committed == file.read_bytes():
        return f"commit {commit.decode().strip()[:12]} holds every entry of {file.name}"
    state = "does not contain" if committed is None else "does not hold the last entry of"
    return f"commit {commit.decode().strip()[:12]} {state} {file.name} (git add -f {file.relative_to(lab.root)})"


def _time_problems(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield each entry that is dated before the entry that it follows, or that has no valid time."""
    for before, after in pairwise(entries):
        earlier, later = moment(before.recorded_at), moment(after.recorded_at)
        if earlier is None or later is None:
            yield f"line {after.number}: has a time without a zone, or none"
        elif later < earlier - _CLOCK_TOLERANCE:
            yield f"line {after.number}: is dated {after.recorded_at}, before the entry that it follows"


def _older_runs(lab: Lab, chain: Chain) -> Iterator[str]:
    """Yield each registration that is the first to plan a run, and is younger than the run.

    A registration of a search does not list its runs, so a run that started after it may belong to the search.
    """
    seen: set[str] = set()
    first_search: RegistrationEntry | None = None
    for entry in chain.registrations:
        new = sorted(entry.planned_runs - seen)
        seen.update(new)
        older = [run for run in new if _started_before(lab, run, entry)]
        if first_search is not None:
            older = [run for run in older if _started_before(lab, run, first_search)]
        elif entry.is_search:
            first_search = entry
        if older:
            yield (
                f"line {entry.number}: the registration of {entry.experiment_id} is younger than {len(older)} of its"
                f" runs, which no earlier entry plans: {_listed(older)}"
            )


def _started_before(lab: Lab, run_id: str, entry: RegistrationEntry) -> bool:
    """Return whether a finished run started before a registration. A run whose start is unknown counts as earlier."""
    status = readable_object(lab.status(run_id)) or {}
    start, recorded = moment(status.get("started_at")), moment(entry.recorded_at)
    return bool(status) and (start is None or recorded is None or start <= recorded)


def _missing_runs(lab: Lab, chain: Chain, selected: Collection[str] | None) -> Iterator[str]:
    """Yield the last look at each selected experiment, if runs that it evaluated are neither here nor archived."""
    for experiment_id in dict.fromkeys(entry.experiment_id for entry in chain.entries):
        if selected is not None and experiment_id not in selected:
            continue
        for look in chain.looks_of(experiment_id)[-1:]:
            missing = [run for run in look.runs if not (lab.status(run).is_file() or lab.run_pointer(run).is_file())]
            if missing:
                text = f"{len(missing)} of the runs that it evaluated are missing: {_listed(missing)}"
                yield f"line {look.number}: look {look.number_of_look} at {experiment_id}: {text}"


def _uncited(lab: Lab, chain: Chain) -> Iterator[str]:
    """Yield each result that cites an entry which the chain does not contain."""
    hashes: dict[Any, str] = {entry.number: entry.sha256 for entry in chain.entries}
    for file in sorted(lab.experiment("").glob("*/*.json")):
        if file.name not in ("registration.json", "results.json"):
            continue
        content = readable_object(file) or {}
        cited = content if file.name == "registration.json" else content.get("registration") or {}
        number, sha256 = cited.get("entry"), cited.get("sha256")
        if sha256 is not None and hashes.get(number) != sha256:
            yield (
                f"{file.relative_to(lab.root)}: cites entry {number} ({str(sha256)[:12]}…), which is not in"
                f" {lab.registrations.name}: the entry was edited or deleted"
            )


def _edited_views(lab: Lab, chain: Chain) -> Iterator[str]:
    """Yield each registration.json that states something else than the chain. The next build writes it again."""
    for experiment_id in dict.fromkeys(entry.experiment_id for entry in chain.registrations):
        file, registration = lab.registration(experiment_id), registration_of(chain, experiment_id)
        if registration is not None and file.is_file() and readable_object(file) != registration.to_json():
            entries = f"the entries of {experiment_id} in {lab.registrations.name}"
            yield f"{file.relative_to(lab.root)}: differs from {entries}"


def _rewritten(lab: Lab, content: bytes, git: Git) -> Iterator[str]:
    """Yield a problem if the chain does not begin with the chain in the checked-out commit."""
    committed = _committed(lab.registrations, lab, git)
    if committed is not None and not content.startswith(committed):
        yield f"{lab.registrations.name}: is not a continuation of the file in commit HEAD, so entries were rewritten"


def _committed(file: Path, lab: Lab, git: Git) -> bytes | None:
    return git("show", f"HEAD:./{file.relative_to(lab.root).as_posix()}")


def _listed(runs: list[str]) -> str:
    more = f" and {len(runs) - _MAX_LISTED} more" if len(runs) > _MAX_LISTED else ""
    return ", ".join(runs[:_MAX_LISTED]) + more
