"""Express the claims of a test as clauses, and the opposite of each claim."""

from __future__ import annotations

from agents.facts.number_format import format_exact
from agents.registered_test.claims import RegisteredClaim, RegisteredTest


def affirmed(test: RegisteredTest, claim: RegisteredClaim, setting: str) -> str:
    """Return the clause that states a claim. `setting` is that of the treatment, as `with model.lr = 0.01`."""
    subject, control, margin = _mean(test, claim), control_setting(test), claim.margin
    by_more = f", by more than {format_exact(margin)}" if margin else ""
    if claim.type == "superiority":
        return f"{subject} {setting} {_is_better(claim)} that with {control}{by_more}"
    if claim.type == "noninferiority":
        size = f", by {format_exact(margin)} or more" if margin else ""
        return f"{subject} {setting} is not {_worse(claim)} than that with {control}{size}"
    if claim.type == "equivalence":
        return f"{subject} {setting} differs from that with {control}, by less than {format_exact(margin)}"
    return f"{_interaction(test, claim, setting)}{by_more}"


def opposite(test: RegisteredTest, claim: RegisteredClaim, setting: str) -> str:
    """Return the clause that is established if the claim is refuted."""
    subject, control, margin = _mean(test, claim), control_setting(test), claim.margin
    by_more = f", by more than {format_exact(margin)}" if margin else ""
    if claim.type == "superiority" and margin:
        return f"{subject} {setting} {_is_not_better(claim)} that with {control}{by_more}"
    if claim.type in ("superiority", "noninferiority"):
        return f"{subject} {setting} is {_worse(claim)} than that with {control}{by_more}"
    if claim.type == "equivalence":
        return f"{subject} {setting} differs from that with {control}{by_more}"
    return f"{_interaction(test, claim, setting)}, by less than {format_exact(margin)}"


def claimed_setting(test: RegisteredTest, claim: RegisteredClaim) -> str:
    """Return the setting that a claim is about: its treatment, or some level of the factor."""
    return f"at some level of {test.factor}" if claim.treatment is None else with_level(test, claim.treatment)


def with_level(test: RegisteredTest, level: str) -> str:
    return f"with {test.factor} = {level}"


def control_setting(test: RegisteredTest) -> str:
    return f"the control, {test.factor} = {test.control}"


def _mean(test: RegisteredTest, claim: RegisteredClaim) -> str:
    return f"interquartile mean {claim.metric}" if test.aggregate == "iqm" else f"mean {claim.metric}"


def _is_better(claim: RegisteredClaim) -> str:
    return "exceeds" if claim.goal == "maximize" else "is lower than"


def _is_not_better(claim: RegisteredClaim) -> str:
    return "does not exceed" if claim.goal == "maximize" else "is not lower than"


def _worse(claim: RegisteredClaim) -> str:
    return "lower" if claim.goal == "maximize" else "higher"


def _interaction(test: RegisteredTest, claim: RegisteredClaim, setting: str) -> str:
    difference = f"the difference in {_mean(test, claim)} between runs {setting} and runs with {control_setting(test)}"
    return f"{difference}, differs between the levels of {claim.second_factor}"
