"""Facts of the registered test: how it was fixed, and what each contrast came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.facts.about import About
from agents.facts.evidence import Evidence
from agents.facts.fact import Fact
from agents.facts.groups import Group
from agents.facts.ids import arm_subject, contrast_subject, run_subject
from agents.facts.units import unit_of

_STATISTICS = "agents.statistics:"


def contrast_facts(evidence: Evidence, arms: Sequence[Group]) -> Iterator[Fact]:
    """None without a registered test. All are post hoc where the registration was changed after runs had finished."""
    comparison = evidence.compare
    if comparison is None:
        return
    yield from _test(evidence, comparison)
    by_level = {arm.level: arm for arm in arms}
    for contrast in comparison["contrasts"]:
        yield from _contrast(evidence, comparison, contrast, by_level)


def _test(evidence: Evidence, comparison: Mapping[str, Any]) -> Iterator[Fact]:
    about = About("test", "experiment", evidence.results.source, "agents.verdict:compare", _is_post_hoc(evidence))
    metric, needed = comparison["metric"], comparison["required_n"]
    untestable = comparison["verdict"] == "untestable"
    why = "no number of them would do" if untestable else "the test could decide with these"
    required = "runs per arm (pairs) that the test takes" + ("" if needed is not None else f": {why}")
    for name, value, unit, label in (
        ("alpha", comparison["alpha"], "", "registered chance of a false claim"),
        (
            "minimum_effect",
            comparison["minimum_effect"],
            unit_of(metric),
            "registered smallest improvement that counts",
        ),
        ("family_size", comparison["family_size"], "contrasts", "contrasts that share alpha"),
        ("floor", comparison["floor"], "p", "smallest adjusted p that these runs could have given"),
        ("required_n", needed, "runs", required),
        ("factor", comparison["factor"], "text", "factor whose levels are compared"),
        ("control", comparison["control"], "level", "level that the others are compared with"),
        ("metric", metric, "text", "metric of the registered test"),
        ("goal", comparison["goal"], "text", "direction of the registered test"),
        ("method", comparison["method"], "text", "how the registered test is made"),
    ):
        yield about.fact(name, value, unit, label)
    yield about.fact("notes", len(comparison["notes"]), "notes", "things that are odd about the runs compared")
    for number, note in enumerate(comparison["notes"], start=1):
        yield about.fact(f"note[{number}]", note, "text", "what is odd about the runs compared")


def _contrast(
    evidence: Evidence, comparison: Mapping[str, Any], contrast: Mapping[str, Any], arms: Mapping[str, Group]
) -> Iterator[Fact]:
    factor, control, metric = (comparison[key] for key in ("factor", "control", "metric"))
    subject = contrast_subject(factor, contrast["treatment"], control)
    source, unit = evidence.results.source, unit_of(metric)
    about = About(f"{subject}.{metric}", subject, source, "agents.contrast:measured", _is_post_hoc(evidence))
    pair = [arms[level] for level in (contrast["treatment"], control) if level in arms]
    runs = [f"{run_subject(run.point)}.{metric}" for arm in pair for run in arm.usable(metric)]
    means = [f"{arm_subject(arm.levels)}.{metric}.mean" for arm in pair]
    interval = contrast["interval"] or {"low": None, "high": None, "level": None}
    level = interval["level"] and round(100 * interval["level"], 10)
    family = [contrast_subject(factor, one["treatment"], control) for one in comparison["contrasts"]]
    versus = f"{factor}={contrast['treatment']} against {control}"
    n = contrast["n_treatment"] + contrast["n_control"]
    for name, value, its_unit, label, inputs, function in (
        ("difference", contrast["difference"], unit, "difference of mean", means, "permutation_test"),
        ("improvement", contrast["improvement"], unit, "difference in the goal's direction of mean", means, ""),
        ("low", interval["low"], unit, "lower confidence limit of the difference of mean", runs, "difference_interval"),
        (
            "high",
            interval["high"],
            unit,
            "upper confidence limit of the difference of mean",
            runs,
            "difference_interval",
        ),
        ("confidence", level, "percent", "confidence level of the limits of", [], "difference_interval"),
        ("hedges_g", contrast["hedges_g"], "", "difference in standard deviations (Hedges' g) of", runs, "hedges_g"),
        (
            "superiority",
            contrast["probability_of_superiority"],
            "share",
            "chance that a run of the treatment does as the goal wants against one of the control, in",
            runs,
            "probability_greater",
        ),
        ("p", contrast["p"], "p", "p of the difference of mean", runs, "permutation_test"),
        ("p_adjusted", contrast["p_adjusted"], "p", "p after Holm over the family, of", _ps(family, metric), "holm"),
        ("n_treatment", contrast["n_treatment"], "runs", "runs (pairs) of the treatment used for", runs, ""),
        ("n_control", contrast["n_control"], "runs", "runs (pairs) of the control used for", runs, ""),
    ):
        told = f"{label} {metric}, {versus}"
        producer = f"{_STATISTICS}{function}" if function else ""
        yield about.fact(name, value, its_unit, told, n=n, inputs=inputs, function=producer)


def _ps(family: Sequence[str], metric: str) -> list[str]:
    return [f"{subject}.{metric}.p" for subject in family]


def _is_post_hoc(evidence: Evidence) -> bool:
    return bool(evidence.results.content["post_hoc"])
