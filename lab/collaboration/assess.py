"""Decide whether a proposal may run without a person: its text, bounds, strategy, budget, generation and plateau."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from compiler.base.diagnostics import CompileError
from compiler.base.identity import digest
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.approvals.decision import Decision
from lab.approvals.decisions import Decisions
from lab.approvals.standing import standing
from lab.collaboration.admitted import Admitted, admitted_experiments
from lab.collaboration.amounts import Amounts
from lab.collaboration.bounds import bound_problems, text_problems
from lab.collaboration.budget import budget_problems, generation_problem, proposal_cost
from lab.collaboration.compiled_proposal import CompiledProposal, compile_proposal
from lab.collaboration.generations import ancestors, generation_of
from lab.collaboration.plateau import chain_results, uninformative_generations
from lab.collaboration.policy import Policy
from lab.collaboration.proposal_files import Proposal, is_placed, read_proposals
from lab.collaboration.rank import Rank, rank_of
from lab.collaboration.spent import spent_amounts
from lab.collaboration.strategy_file import Strategy

_LAST = 1_000_000  # the place of a proposal that cannot be compiled


@dataclass(frozen=True)
class Assessment:
    """What the policy says about a proposal. Without `refusals` it may run by itself.

    `limits` are the refusals that come from the budget or a plateau, and not from the proposal itself.
    """

    proposal: Proposal
    rank: Rank
    refusals: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    cost: Amounts = field(default_factory=Amounts)
    generation: int = 0

    @property
    def may_run(self) -> bool:
        return not self.refusals and not self.limits


@dataclass(frozen=True)
class Assessor:
    """Assesses the proposals of a lab by its policy and strategy, with what was spent so far."""

    lab: Lab
    plan: Plan
    policy: Policy
    strategy: Strategy
    decisions: Decisions

    @cached_property
    def admitted(self) -> tuple[Admitted, ...]:
        placed = {proposal.id for proposal in read_proposals(self.lab) if is_placed(self.lab, proposal)}
        return admitted_experiments(self.plan, self.decisions, placed & self.plan.experiments.keys())

    def assess(self, proposal: Proposal) -> Assessment:
        parent = self.plan.experiments.get(proposal.parent)
        if parent is None:
            return self._unusable(proposal, [f"its parent '{proposal.parent}' is no experiment of the lab"])
        problems = [*_name_problems(self.lab, proposal), *text_problems(proposal, parent)]
        if problems:
            return self._unusable(proposal, problems)
        try:
            compiled = compile_proposal(self.lab, parent, proposal)
        except CompileError as error:
            return self._unusable(proposal, [str(diagnostic) for diagnostic in error.diagnostics])
        names = {experiment.name for experiment in self.admitted} - {proposal.id}
        chain = ancestors(self.plan, parent.id, names)
        generation = generation_of(self.plan, parent.id, names) + 1
        rank = rank_of(self.strategy, proposal.id, set(compiled.touched), set(chain), len(compiled.runs))
        refusals = [*bound_problems(compiled.touched, self.policy.bounds), *self._rejections(compiled)]
        if rank.avoided:
            refusals.append(f"conf/strategy.yaml: not to be pursued: {rank.avoided}")
        if refusals:
            return Assessment(proposal, rank, tuple(refusals), generation=generation)
        currency = self.policy.budget.currency
        cost = proposal_cost(self.lab, self.plan, parent.id, compiled, currency)
        spent = spent_amounts(self.lab, self.plan, [item for item in self.admitted if item.name in names], currency)
        limits = [
            *budget_problems(spent, cost, self.policy.budget),
            *filter(None, [generation_problem(generation, self.policy.budget), self._plateau(chain[-1], names)]),
        ]
        return Assessment(proposal, rank, (), tuple(limits), cost, generation)

    @cached_property
    def _rejected(self) -> tuple[tuple[str, Decision], ...]:
        """The content of each rejected proposal, with the decision."""
        states = ((proposal, standing(self.decisions, proposal.subject)) for proposal in read_proposals(self.lab))
        rejected = [(proposal, state.decision) for proposal, state in states if state.state == "rejected"]
        return tuple((content, made) for proposal, made in rejected if made and (content := self._content(proposal)))

    def _content(self, proposal: Proposal) -> str:
        """Return a digest of what a proposal would train, "" if it does not compile."""
        parent = self.plan.experiments.get(proposal.parent)
        if parent is None or text_problems(proposal, parent):
            return ""
        try:
            return _digest(compile_proposal(self.lab, parent, proposal))
        except CompileError:
            return ""

    def _rejections(self, compiled: CompiledProposal) -> list[str]:
        """Return why a person rejected the same trainings under another name."""
        return [
            f"trains the same as '{made.subjects[0].name}', which {made.by} rejected: {made.why}"
            for content, made in self._rejected
            if content == _digest(compiled)
        ]

    def _plateau(self, origin: str, names: set[str]) -> str:
        """Return why the chain from an experiment has ended, "" if it has not."""
        count = uninformative_generations(chain_results(self.lab, self.plan, origin, names))
        if count < self.policy.plateau:
            return ""
        return f"plateau: the last {count} generations from '{origin}' decided no test and improved no result"

    def _unusable(self, proposal: Proposal, problems: list[str]) -> Assessment:
        return Assessment(proposal, Rank(True, _LAST, _LAST, _LAST, proposal.id, "cannot be used"), tuple(problems))


def _digest(compiled: CompiledProposal) -> str:
    """Return a digest of the trainings and the test of a proposal, without its names and texts."""
    compare = compiled.experiment.spec.compare
    test = compare.model_dump(mode="json") if compare else None
    return digest([sorted(compiled.runs), test])


def _name_problems(lab: Lab, proposal: Proposal) -> list[str]:
    """Return why the name of a proposal is not free."""
    file = lab.spec(proposal.id)
    taken = [path for path in (file, lab.sweep(proposal.id)) if path.exists() or path.is_symlink()]
    if not taken or is_placed(lab, proposal):
        return []
    return [f"{taken[0].relative_to(lab.root)} exists with another content"]
