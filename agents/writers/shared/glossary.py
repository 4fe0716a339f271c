"""Terms of the trade for readers who do not know them: only what holds of every experiment."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Paragraph
from agents.writers.shared.case_view import CaseView, fact

_VERDICTS = {
    "supported": "the claim passed TEST. Such a test asks how often luck alone would set the runs as far apart as "
    "they came out. The answer was: rarely enough for the line that was drawn.",
    "refuted": "the claim failed TEST. That, too, is worth knowing.",
    "inconclusive": "these runs do not settle the matter. Between the scatter of the runs and the gap between the "
    "settings, TEST cannot tell luck from effect. An honest answer is that we do not know.",
    "untestable": "there are too few runs for TEST, so nobody can say. The picture may look clear; luck has not been "
    "ruled out. With so few runs, no outcome at all could have passed.",
}
_METRICS = {
    "accuracy": "the share of questions that the trained program answers right, on examples that it never saw in "
    "training",
    "loss": "how far the program's answers are off, on examples that it never saw in training",
}
_FACTORS = {
    "lr": "the learning rate, which says how large a step the program takes when it corrects itself",
    "dropout": "dropout, the share of the program that is switched off at random while it learns",
    "weight_decay": "weight decay, which says how strongly the program is kept simple",
    "batch_size": "the batch size, which says how many examples the program looks at before it corrects itself",
    "max_epochs": "the number of epochs, which says how often the program goes through all of its examples",
}


def factor_in_plain_words(evidence: CaseView) -> str:
    """What was varied, with the name that the pictures and tables call it by."""
    known = _FACTORS.get(str(evidence.value("test.factor")).rpartition(".")[2])
    called = f"called {fact('test.factor')} here"
    return f"{known}. It is {called}" if known else f"a setting {called}"


def verdict_in_plain_words(evidence: CaseView) -> str:
    is_fixed = evidence.case.registration is not None and not evidence.value("registration.post_hoc")
    test = "the test that was agreed on beforehand" if is_fixed else "a test that was not fixed beforehand"
    told = _VERDICTS.get(evidence.conclusion, _VERDICTS["inconclusive"])
    return f"In plain words: {told.replace('TEST', test)}"


def metric_in_plain_words(evidence: CaseView) -> Iterator[Paragraph]:
    """What is measured, and whether much or little of it is wanted."""
    if not evidence.metric:
        return
    wanted = "much" if evidence.value("experiment.goal") == "maximize" else "little"
    known = _METRICS.get(evidence.metric.removeprefix("test_"))
    meaning = f", which is {known}" if known else ""
    outcome = f"The outcome is measured as {fact('experiment.metric')}{meaning}."
    yield Paragraph(text=f"{outcome} As {wanted} of it as possible is wanted.")


def registration_in_plain_words(evidence: CaseView) -> Iterator[Paragraph]:
    """Why it counts that a test was fixed beforehand, where it was."""
    if evidence.has_test and evidence.case.registration is not None and not evidence.value("registration.post_hoc"):
        yield Paragraph(
            text="Why write that down beforehand? A rule that is made after the outcome is known can always be made to "
            "fit it, and whoever looks at enough numbers will find a pretty pattern in some of them. A rule that was "
            "there before cannot be bent without leaving a trace."
        )
