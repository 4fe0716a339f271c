"""What every report tells, whoever words the rest of it: what was changed, what failed, how much was looked at, and
what is not established."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Paragraph
from agents.facts.subject import deliverable_subject
from agents.writers.shared.case_view import HYPOTHESIS, CaseView, fact, noun, spec, verdict

FEW = 2  # runs of an arm that are told as they are: a mean and its spread would promise too much
DASHED = " A dash stands where an arm has too few runs."


def required(text: str) -> Paragraph:
    return Paragraph(text=text, is_required=True)


def summary_paragraphs(evidence: CaseView) -> tuple[Paragraph, ...]:
    around = (registration_statement(evidence), failure_statement(evidence), deliverables_statement(evidence))
    return required(verdict_statement(evidence, is_brief=True)), required(" ".join(text for text in around if text))


def verdict_statement(evidence: CaseView, *, is_brief: bool = False) -> str:
    """What is established of the hypothesis, and what is not. `is_brief`: without the numbers of the test."""
    if not evidence.has_test:
        return (
            "No test was registered, so the hypothesis has no verdict. What is reported describes the runs and claims "
            "nothing of the settings."
        )
    opening, meaning = f"Verdict on the hypothesis: *{verdict(f'{HYPOTHESIS}.conclusion')}*.", _meaning(evidence)
    if is_brief:
        return f"{opening} The test says: {verdict(HYPOTHESIS)}; {meaning[:1].lower()}{meaning[1:]}"
    return f"{opening} {verdict(f'{HYPOTHESIS}.sentence')} {meaning}"


def registration_statement(evidence: CaseView) -> str:
    if evidence.case.registration is None:
        return (
            "No registration was written before the runs: hypothesis and test may have been chosen with the values in "
            "view, and everything said of them is post hoc."
        )
    revisions = evidence.count("registration.revisions")
    changes = f"{fact('registration.revisions')} {noun(revisions, 'change')}"
    if evidence.value("registration.post_hoc"):
        return (
            f"The registration was changed after runs had finished; it records {changes}. The verdict is therefore "
            "post hoc: it was not fixed before the values could be seen."
        )
    if revisions:
        return f"The registration was changed before any run had finished; it records {changes}."
    return "Hypothesis, metric, test and number of runs were registered before any run and were not changed."


def failure_statement(evidence: CaseView) -> str:
    runs, failed = evidence.count("experiment.runs"), evidence.count("experiment.runs.failed")
    unusable = " ".join(_unusable(evidence))
    if failed:
        were = noun(failed, "run", "runs")
        told = (
            f"Of {fact('experiment.runs')} {noun(runs, 'run')}, {fact('experiment.runs.failed')} {were} failed. What "
            f"failed is left out of every mean and test; nothing was imputed."
        )
        return f"{told} {unusable}".strip()
    told = "The run of this experiment completed." if runs == 1 else f"All {fact('experiment.runs')} runs completed."
    return f"{told} {unusable}".strip()


def deliverables_statement(evidence: CaseView) -> str:
    """Of the deliverables that the experiment had to bring."""
    required_count, met = evidence.count("deliverables.required"), evidence.count("deliverables.met")
    if not required_count:
        return ""
    share = f"{fact('deliverables.met')} of {fact('deliverables.required')} required deliverables"
    if met == required_count:
        return ""
    missed = [
        f"{spec(path)}: {fact(f'deliverable[{name}].detail')}"
        for name, path in deliverables(evidence)
        if evidence.value(f"{deliverable_subject(name)}.status") == "failed" and is_required(evidence, name)
    ]
    listing = f" Not met: {'; '.join(missed)}." if missed else ""
    verb = noun(met, "was", "were")
    return f"The experiment does not deliver all that it promised: {share} {verb} validated.{listing}"


def selection_statement(evidence: CaseView, *, is_plain: bool = False) -> str:
    """The number of runs looked at: what is picked among many looks good by chance. A single run or two pick nothing.

    `is_plain`: for readers outside the field, who know settings and no arms.
    """
    if not evidence.has("best.runs"):
        return ""
    runs, arms = evidence.count("best.runs"), evidence.count("best.arms")
    called = "setting" if is_plain else "arm"
    told = f"Looked at: {fact('best.runs')} {noun(runs, 'run')} in {fact('best.arms')} {noun(arms, called)}."
    if arms < 2 or evidence.case.book.facts["best.level"].n <= FEW:
        return told
    untested = "" if evidence.conclusion == "supported" else ", and no test stands behind it"
    named = f"{fact('test.factor')} = {fact('best.level')}" if evidence.has("test.factor") else fact("best.level")
    return (
        f"{told} Among these {called}s {named} was picked for its mean {fact('experiment.metric')}, "
        f"{fact(f'best.{evidence.metric}')}, after the runs: such a pick flatters the value{untested}."
    )


def deliverables(evidence: CaseView) -> Iterator[tuple[str, str]]:
    """Name of each deliverable that was checked, and the path of the spec at which it stands."""
    for at, promise in enumerate(evidence.case.spec.get("deliverables") or ()):
        name = promise.get("name") or promise.get("type")
        if evidence.has(f"{deliverable_subject(name)}.status"):
            yield str(name), f"deliverables.{at}.{'name' if promise.get('name') else 'type'}"


def is_required(evidence: CaseView, name: str) -> bool:
    promises = (one for one in evidence.case.spec.get("deliverables") or ())
    return all(one.get("required", True) for one in promises if (one.get("name") or one.get("type")) == name)


def _meaning(evidence: CaseView) -> str:
    return {
        "supported": "The test speaks for the contrasts that are supported and for nothing else.",
        "refuted": "The claim as it was put does not hold for these runs; other claims were not tested.",
        "inconclusive": "The claim is not established. That is no evidence that the settings are alike.",
        "untestable": "The claim is neither established nor refuted; the values are reported as they are.",
    }.get(evidence.conclusion, "The claim is not established.")


def _unusable(evidence: CaseView) -> Iterator[str]:
    """Arms with runs that gave no finite value, whether they failed or diverged."""
    for arm in evidence.arms:
        if failed := evidence.count(f"{arm}.failed"):
            runs = noun(failed, "run")
            yield f"With {evidence.setting(arm)}, {fact(f'{arm}.failed')} {runs} gave no usable value."
