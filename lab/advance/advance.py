"""Advance the research loop: build what is admitted, then decide on new proposals, until nothing may start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from lab.admission.counted_decisions import counted_decisions
from lab.admission.hold import OnHold, read_hold
from lab.advance.admit_proposal import admit_proposal
from lab.advance.build import Build, built_experiment
from lab.advance.ready_experiments import ready_experiments, void_approvals, waiting_proposals
from lab.approvals.decision_files import utc_now
from lab.collaboration.assess import Assessment, Assessor
from lab.collaboration.policy import Policy, read_policy
from lab.collaboration.refusals import record_refusal
from lab.collaboration.strategy_file import read_strategy
from lab.spec_files.compiled_subject import NotCompiled


@dataclass(frozen=True)
class End:
    """Why the loop ended. `failed` are the experiments that were started and have no results or did not deliver."""

    reason: str
    failed: tuple[str, ...] = ()


@dataclass
class Loop:
    """The loop of one lab. `report` gets a line for each step."""

    lab: Lab
    build: Callable[[Policy], Build]
    report: Callable[[str], None]
    clock: Callable[[], datetime] = utc_now
    _started: set[str] = field(default_factory=set)
    _failed: list[str] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)  # lines that are reported already

    def run(self) -> End:
        """Repeat turns until nothing may start, and return the reason.

        Raises:
            InputError: The config, the strategy or a file of the lab is wrong.
        """
        while True:
            try:
                reason = self._turn()
            except OnHold as hold:
                reason = str(hold)
            if reason is not None:
                return End(reason, tuple(self._failed))

    def _turn(self) -> str | None:
        """Build what is admitted, or admit one proposal. Return the reason if the loop ends."""
        if (hold := read_hold(self.lab)) is not None:
            return str(hold)
        policy, plan, decisions = read_policy(self.lab), current_plan(self.lab), counted_decisions(self.lab)
        for file in decisions.damaged:
            self.report(str(file))
        ready = [name for name in ready_experiments(self.lab, plan, decisions, policy) if name not in self._started]
        if ready:
            return self._build(ready, policy)
        for name in void_approvals(self.lab, plan, decisions):
            self.report(f"{name}: has changed since it was approved, so it is not built (proband approve {name})")
        waiting = waiting_proposals(self.lab, decisions, policy)
        assessor = Assessor(self.lab, plan, policy, read_strategy(self.lab), decisions)
        ranked = sorted(map(assessor.assess, waiting), key=lambda assessment: assessment.rank)
        return self._admit_first(ranked, policy) if policy.level == "autonomous" else self._leave_to_people(ranked)

    def _build(self, names: Sequence[str], policy: Policy) -> str | None:
        self._started |= set(names)
        self.report(f"building {', '.join(names)}")
        code = self.build(policy)(names)
        built = [built_experiment(self.lab, name) for name in names]
        for experiment in built:
            self.report(experiment.line)
        lacking = [experiment.name for experiment in built if not experiment.has_results]
        self._failed += lacking or (list(names) if code else [])
        if not lacking:
            return None
        hold = read_hold(self.lab)
        return str(hold) if hold else f"the build of {', '.join(lacking)} ended with exit code {code} without results"

    def _admit_first(self, ranked: Sequence[Assessment], policy: Policy) -> str | None:
        for assessment in ranked:
            if not assessment.may_run:
                file = record_refusal(self.lab, assessment, policy, self.clock())
                reasons = "; ".join((*assessment.refusals, *assessment.limits))
                line = f"{assessment.proposal.id}: refused: {reasons} ({file.relative_to(self.lab.root)})"
                if line not in self._refused:
                    self._refused.add(line)
                    self.report(line)
        for assessment in ranked:
            if assessment.may_run:
                try:
                    admit_proposal(self.lab, assessment, policy, self.clock)
                except NotCompiled as error:
                    self.report(f"{error}")
                    continue
                name, reason = assessment.proposal.id, assessment.rank.reason
                self.report(f"{name}: admitted, generation {assessment.generation} ({reason})")
                return None
        limits = [limit for assessment in ranked if not assessment.refusals for limit in assessment.limits]
        if limits:
            return f"no proposal is left within the limits: {limits[0]}"
        return "every proposal that is left was refused" if ranked else "no proposal is left"

    def _leave_to_people(self, ranked: Sequence[Assessment]) -> str:
        for assessment in ranked:
            self.report(f"{assessment.proposal.id}: waits for a person ({assessment.rank.reason})")
        if not ranked:
            return "nothing is left to do"
        proposals = "1 proposal waits" if len(ranked) == 1 else f"{len(ranked)} proposals wait"
        return f"{proposals} for a person (proband review)"
