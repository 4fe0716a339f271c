"""Report the proposed follow-up experiments, and the reasons why others cannot be proposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.analysis.analysis_schema import NotEstimated, Proposal, Recommendation
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.documents.placeholders import Placeholder, fill_placeholders
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Source
from agents.facts.ids import id_part
from agents.facts.text_case import capitalized
from agents.proposals.allowed import can_revert
from agents.proposals.basis import training_overrides
from agents.proposals.lineage import lineage_of
from agents.proposals.proposals import proposals
from agents.proposals.spec import ProposedSpec

PREFIX = "ablation.proposal"


def follow_ups(case: Case, proposed: Sequence[ProposedSpec]) -> Part:
    """Return the facts and recommendations of the proposals, and the reasons why others are not proposed."""
    facts = tuple(fact for spec in proposed for fact in _proposal_facts(case, spec))
    recommendations = tuple(map(_recommendation, proposed))
    not_proposed = (*_unreverted_changes(case), *_command_line_overrides(case), *_ended_chain(case))
    return Part(
        (*facts, *(fact for fact, _ in not_proposed)),
        recommendations=recommendations,
        not_estimated=tuple(question for _, question in not_proposed),
    )


def proposal_entry(spec: ProposedSpec) -> Proposal:
    """Return the proposal with its purpose, whose placeholders refer to the facts of this analysis."""

    def with_fact_id(placeholder: Placeholder) -> str:
        is_proposal_value = placeholder.name in spec.values
        name = f"{_key(spec)}.{placeholder.name}" if is_proposal_value else placeholder.name
        return f"{{{{{placeholder.kind}:{name}}}}}"

    purpose = fill_placeholders(spec.purpose, with_fact_id)
    return Proposal(experiment_id=spec.experiment_id, file=spec.file, purpose=purpose, runs=spec.runs, spec=spec.text)


def _proposal_facts(case: Case, spec: ProposedSpec) -> Iterator[Fact]:
    """Yield the id and the cost of a proposal, and the values that its purpose names."""
    facts = FactBuilder(_key(spec), "experiment", _source(case), proposals, is_post_hoc=True)
    yield facts.fact("id", spec.experiment_id, "text", "id of a proposed follow-up")
    yield facts.fact("runs", spec.runs, "runs", f"new runs that {spec.experiment_id} costs")
    for name, value in spec.values.items():
        unit = "level" if name == "level" else "text"
        yield facts.fact(name, value, unit, f"{name} that {spec.experiment_id} is about")


def _recommendation(spec: ProposedSpec) -> Recommendation:
    purpose, key = proposal_entry(spec).purpose, _key(spec)
    runs = "new run" if spec.runs == 1 else "new runs"
    text = f"{capitalized(purpose)}: `{{{{f:{key}.id}}}}`, which costs {{{{f:{key}.runs}}}} {runs}."
    return Recommendation(text=text, facts=(f"{key}.id", f"{key}.runs"))


def _unreverted_changes(case: Case) -> Iterator[tuple[Fact, NotEstimated]]:
    """Yield a fact that lists the changes from the parent that no proposal reverts, and the reason."""
    changes = (change for change in case.modifications if change.parameter not in case.swept_keys)
    not_reverted = [change.parameter for change in changes if not can_revert(change)]
    if not_reverted:
        facts = FactBuilder("ablation.proposals", "experiment", _source(case), follow_ups)
        changes_fact = facts.fact("kept", ", ".join(not_reverted), "text", "changes that no proposal reverts")
        fact = replace(changes_fact, n=len(not_reverted))
        why = "They select code, name a path, or exist in only the parent or this experiment, so no value reverts them."
        yield fact, NotEstimated(what=f"The effect of these changes: {{{{f:{fact.id}}}}}", why=why)


def _command_line_overrides(case: Case) -> Iterator[tuple[Fact, NotEstimated]]:
    """Yield the reason for missing follow-ups if this build set values on its command line.

    A follow-up spec extends the spec of the experiment, so it would not contain these values.
    """
    overrides = training_overrides(case)
    if overrides:
        facts = FactBuilder("ablation.proposals", "experiment", _source(case), follow_ups)
        label, value = "values that the command line of this build set", ", ".join(overrides)
        fact = facts.fact("overrides", value, "text", label, n=len(overrides))
        why = f"The command line of this build set values that are not in the spec: {{{{f:{fact.id}}}}}."
        yield fact, NotEstimated(what="Follow-up experiments", why=why)


def _ended_chain(case: Case) -> Iterator[tuple[Fact, NotEstimated]]:
    """Yield the reason for missing follow-ups at the end of a chain of proposals that decided nothing."""
    lineage = lineage_of(case)
    if lineage.has_ended:
        facts = FactBuilder("ablation.proposals", "experiment", _source(case), lineage_of)
        label = f"proposals in a row, from {lineage.origin} on, whose registered test decided nothing"
        fact = facts.fact("undecided", lineage.undecided, "experiments", label)
        why = f"The last {{{{f:{fact.id}}}}} proposals decided nothing, so a person has to ask the next question."
        yield fact, NotEstimated(what="Follow-up experiments", why=why)


def _key(spec: ProposedSpec) -> str:
    return f"{PREFIX}[{id_part(spec.experiment_id)}]"


def _source(case: Case) -> Source:
    """Return the results file as source. Every case has facts from this file."""
    return case.book.facts["experiment.runs"].source
