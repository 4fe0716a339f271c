"""The proposed follow-ups, as the ablation study tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agents.analysis.analysis_schema import NotEstimated, Proposal
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.documents.placeholders import Placeholder, fill_placeholders
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Source
from agents.facts.ids import plain
from agents.proposals.allowed import revert_problem
from agents.proposals.basis import training_overrides
from agents.proposals.proposals import proposals
from agents.proposals.spec import ProposedSpec

PREFIX = "ablation.proposal"


def proposal_facts(case: Case, found: tuple[ProposedSpec, ...]) -> Iterator[Fact]:
    """Name and cost of each, and what it is about."""
    for one in found:
        about = FactBuilder(proposal_key(one), "experiment", _source(case), proposals, is_post_hoc=True)
        yield about.fact("id", one.experiment_id, "text", "id of a proposed follow-up")
        yield about.fact("runs", one.runs, "runs", f"new runs that {one.experiment_id} costs")
        for name, value in one.values.items():
            unit = "level" if name == "level" else "text"
            yield about.fact(name, value, unit, f"{name} that {one.experiment_id} is about")


def proposal_entry(one: ProposedSpec) -> Proposal:
    """Its purpose with facts of its own in the place of the names that it was written with."""

    def own(placeholder: Placeholder) -> str:
        name = f"{proposal_key(one)}.{placeholder.name}" if placeholder.name in one.values else placeholder.name
        return f"{{{{{placeholder.kind}:{name}}}}}"

    return Proposal(
        experiment_id=one.experiment_id,
        file=one.file,
        purpose=fill_placeholders(one.purpose, own),
        runs=one.runs,
        spec=one.text,
    )


def unreverted_changes(case: Case) -> Part:
    """Changes from the parent that no proposal takes back."""
    changes = case.spec.get("modifications", ())
    swept = {name for point in case.spec.get("points", ()) for name in point["overrides"]}
    kept = [one["parameter"] for one in changes if one["parameter"] not in swept and _is_kept(one)]
    if not kept:
        return Part()
    about = FactBuilder("ablation.proposals", "experiment", _source(case), unreverted_changes)
    fact = replace(about.fact("kept", ", ".join(kept), "text", "changes that no proposal takes back"), n=len(kept))
    why = "They choose code, name a place, or exist on a side alone, so no value by itself takes them back."
    return Part(
        (fact,), not_estimated=(NotEstimated(what=f"The effect of these changes: {{{{f:{fact.id}}}}}", why=why),)
    )


def command_line_overrides(case: Case) -> Part:
    """Why a build that set values on its command line has no follow-ups."""
    told = training_overrides(case)
    if not told:
        return Part()
    about = FactBuilder("ablation.proposals", "experiment", _source(case), command_line_overrides)
    fact = about.fact("overrides", ", ".join(told), "text", "what the command line of this build set", n=len(told))
    why = f"The command line of this build set what its spec does not say: {{{{f:{fact.id}}}}}."
    return Part((fact,), not_estimated=(NotEstimated(what="Follow-up experiments", why=why),))


def proposal_key(one: ProposedSpec) -> str:
    return f"{PREFIX}[{plain(one.experiment_id)}]"


def _is_kept(change: dict[str, object]) -> bool:
    return any(revert_problem(str(change["parameter"]), change[side]) for side in ("from", "to"))


def _source(case: Case) -> Source:
    """The file of results: every case has facts that were read from it."""
    fact = case.book.facts["experiment.runs"]
    return fact.source
