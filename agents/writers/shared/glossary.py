"""Explain terms to readers outside the field. The explanations apply to every experiment."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Paragraph
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.template_text import fact

_VERDICTS = {
    "supported": "the claim passed TEST. Such a test asks how often chance alone would give a difference of the size "
    "that was observed. The answer was: rarely enough to pass the threshold of the test.",
    "refuted": "the opposite of the claim passed TEST.",
    "inconclusive": "these runs do not answer the question. Given the variation between runs, TEST cannot distinguish "
    "an effect of the setting from chance.",
    "untestable": "TEST could not be carried out, or no outcome of these runs could have passed it. We report the "
    "values and draw no conclusion.",
}
_METRICS = {
    "accuracy": "the share of examples that the trained model classifies correctly, among examples that it did not see "
    "during training",
    "loss": "a measure of the error of the trained model, on examples that it did not see during training",
}
_FACTORS = {
    "lr": ("learning rate", "how large a step the model takes each time it corrects its weights"),
    "dropout": ("dropout rate", "the share of the model that is switched off at random during training"),
    "weight_decay": ("weight decay", "how strongly training pulls the weights of the model towards zero"),
    "batch_size": ("batch size", "the number of examples that the model processes between corrections of its weights"),
    "max_epochs": ("number of epochs", "how often training passes over the complete data"),
}


def opening_paragraph(view: CaseView) -> Paragraph:
    """Return the paragraph that explains why the varied setting has to be found by experiment."""
    name, meaning = _factor(view)
    chosen = f"choose its {name}: {meaning}" if name else "choose its settings"
    value = "a suitable value" if name else "suitable values"
    verb = "it is usually" if name else "they are usually"
    return Paragraph(
        text=f"Before a model is trained, someone has to {chosen}. No formula gives {value} for a new problem, so "
        f"{verb} found by experiment. This post reports such an experiment."
    )


def factor_in_plain_words(view: CaseView) -> str:
    """Return the common name of the factor, if there is one, and the name that figures and tables use."""
    name, _ = _factor(view)
    return f"the {name}, called {fact('test.factor')} in the configuration" if name else fact("test.factor")


def verdict_in_plain_words(view: CaseView) -> str:
    """Return the meaning of the verdict without statistical terms."""
    test = "the test that was fixed before its runs" if view.is_registered else "an exploratory test"
    if view.conclusion == "untestable":
        test = "the test"
    explanation = _VERDICTS.get(view.conclusion, _VERDICTS["inconclusive"])
    if view.conclusion == "supported" and not _is_superiority(view):
        explanation = "every claim that the verdict depends on passed TEST."
    return f"In plain terms: {explanation.replace('TEST', test)}"


def metric_paragraph(view: CaseView) -> Iterator[Paragraph]:
    """Yield a paragraph that explains the metric and states whether high or low values are the goal."""
    if view.metric:
        high_or_low = "high" if view.value("experiment.goal") == "maximize" else "low"
        meaning = _METRICS.get(view.metric.removeprefix("test_"))
        explanation = f": {meaning}" if meaning else ""
        metric = fact("experiment.metric")
        yield Paragraph(text=f"We measured {metric}{explanation}. The goal is a {high_or_low} {metric}.")


def registration_paragraph(view: CaseView) -> Iterator[Paragraph]:
    """Yield the reason for registering a test, if the test was registered."""
    if view.has_test and view.is_registered:
        yield Paragraph(
            text="Registration guards against a test that is chosen to fit known results, and against patterns that "
            "appear by chance when many numbers are examined."
        )


def _is_superiority(view: CaseView) -> bool:
    """Return whether all claims of the test say that the treatment is superior."""
    numbers = range(1, view.count("test.claims") + 1)
    return {view.value(f"test.claim[{number}].type") for number in numbers} <= {"superiority"}


def _factor(view: CaseView) -> tuple[str, str]:
    """Return common name and meaning of the factor, two empty strings if it is not in `_FACTORS`."""
    return _FACTORS.get(str(view.value("test.factor")).rpartition(".")[2], ("", ""))
