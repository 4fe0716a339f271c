"""Train runs of a group together, prove the ensemble, and store its members."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from compiler.base.identity import digest, training_config
from compiler.base.paths import Lab
from compiler.fusion.build_groups import BuildGroup, FusedBuild
from compiler.fusion.groups import group_of
from compiler.plan.authentic_plan import ForgedRunJob, read_authentic_job
from compiler.plan.planned_run import RunJob
from compiler.runs.provenance_parts import Fused, FusionProof
from lightning_modules.data.verify import check_data
from lightning_modules.fused.fusable_config import why_not_fusable
from lightning_modules.fused.members import Member, NotFusable, TrainedMember
from lightning_modules.fused.proof import TOLERANCE, prove
from lightning_modules.fused.train_alone import train_alone
from lightning_modules.fused.train_members import train_members
from lightning_modules.fused_runs.held_members import HeldMember, held_members
from lightning_modules.fused_runs.member_outputs import FailedMember
from lightning_modules.fused_runs.shared_measurements import EnsembleClock
from lightning_modules.fused_runs.store_member import FinishedEnsemble, store_member
from lightning_modules.provenance.collect import Start, collect_provenance
from lightning_modules.recording.library_notices import suppress_lightning_notices
from lightning_modules.run_store.signals import signals_as_interrupts
from lightning_modules.run_store.train_run import utc_now
from lightning_modules.training.other_ranks import become_first_rank
from lightning_modules.training.trainer_variables import ignore_trainer_variables

Clock = Callable[[], datetime]


class ProofFailed(Exception):
    """A member that was trained alone differs from the same member of the ensemble."""


def train_group(
    job: RunJob, group: BuildGroup, build: FusedBuild, lab: Lab, log: Path | None, clock: Clock = utc_now
) -> None:
    """Train the run and others of its group that nobody trains, and store those that complete.

    If they cannot be trained together, or the proof fails, nothing is stored, and the group is switched off for the
    build. A member that fails is not stored, because a training of its own records its failure.

    Raises:
        KeyboardInterrupt: The training was interrupted or terminated. Members that are not stored yet are discarded.
    """
    runs = [job.run_id, *(run for run in group.members if run != job.run_id)]
    with (
        signals_as_interrupts(),
        held_members(runs, _member_reader(job, lab), lab, group.size, clock()) as members,
    ):
        if len(members) < 2:
            return
        try:
            trained, finished = _train(members, lab, log, clock)
        except Exception as error:
            _switch_off(group, build, members, error)
            return
        for held, result in zip(members, trained, strict=True):
            _store(held, result, finished, lab, clock)


def _train(
    members: Sequence[HeldMember], lab: Lab, log: Path | None, clock: Clock
) -> tuple[tuple[TrainedMember, ...], FinishedEnsemble]:
    """Train and prove the members. Raises NotFusable, ProofFailed, or any exception of the data or the model."""
    first = members[0].job
    if reason := why_not_fusable(training_config(first.config)):
        raise NotFusable(reason)
    check_data(first.data, lab.root)
    suppress_lightning_notices()
    ignore_trainer_variables()
    become_first_rank()
    started_at, measured = clock(), EnsembleClock()
    provenance = collect_provenance(first, lab.root, Start(started_at, 1), os.environ)
    configs = [Member(held.job.run_id, training_config(held.job.config)) for held in members]
    with measured.fitting():
        trained = train_members(configs)
    proven = _proof(configs, trained)
    ensemble = measured.read(len(members))
    print(
        f"trained {len(members)} runs together in {ensemble.seconds:.1f} s, with the proof: trained alone in"
        f" {proven.seconds:.1f} s, run {proven.run_id} has predictions that differ by at most"
        f" {proven.prediction_deviation:.1g}",
        file=sys.stderr,
    )
    fused = Fused(tuple(member.run_id for member in configs), ensemble.seconds, proven)
    return trained, FinishedEnsemble(ensemble, fused, provenance, started_at, log)


def _proof(members: Sequence[Member], trained: Sequence[TrainedMember]) -> FusionProof:
    """Train one of the members alone that completed, and compare it. Their run ids determine which one.

    Raises:
        ProofFailed: It differs, or no member completed.
    """
    completed = [pair for pair in zip(members, trained, strict=True) if pair[1].error is None]
    if not completed:
        raise ProofFailed("every member failed")
    member, result = completed[int(digest([member.run_id for member, _ in completed]), 16) % len(completed)]
    start = time.monotonic()
    proof = prove(result, train_alone(member))
    if not proof.holds:
        raise ProofFailed(f"run {proof.run_id}, trained alone, differs from its member of the ensemble: {proof.reason}")
    seconds = time.monotonic() - start
    return FusionProof(proof.run_id, proof.prediction_deviation, TOLERANCE, proof.metrics_equal, seconds)


def _store(held: HeldMember, result: TrainedMember, finished: FinishedEnsemble, lab: Lab, clock: Clock) -> None:
    """Store a member and release it. A member that cannot be stored is trained alone by its own job."""
    try:
        store_member(held, result, finished, lab, clock)
    except FailedMember as error:
        print(f"{error} (the run is trained alone, which records the failure)", file=sys.stderr)
    except Exception:
        traceback.print_exc()
        print(f"run {held.job.run_id}: could not be stored, and is trained alone", file=sys.stderr)
    finally:
        held.release()


def _switch_off(group: BuildGroup, build: FusedBuild, members: Sequence[HeldMember], error: Exception) -> None:
    if not isinstance(error, NotFusable | ProofFailed):
        traceback.print_exc()
    reason = " ".join(str(error).split()) or type(error).__name__
    build.switch_off(group, reason)
    print(f"{len(members)} runs are not trained together, but each alone: {reason}", file=sys.stderr)


def _member_reader(job: RunJob, lab: Lab) -> Callable[[str], RunJob | None]:
    """Return a function that reads a run with the code and the threads of this process, if it is of the same group."""
    planned = read_authentic_job(lab, job.run_id)
    group = group_of(planned)

    def read(run: str) -> RunJob | None:
        try:
            member = read_authentic_job(lab, run)
        except (OSError, ForgedRunJob):
            return None  # reported by the job of the run
        if group_of(member) != group:
            return None
        config = {**member.config, "resources": job.config["resources"]}
        return replace(member, config=config, fingerprint=job.fingerprint, source=job.source)

    return read
