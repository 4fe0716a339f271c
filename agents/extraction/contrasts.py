"""Facts of the registered test: how it was fixed, and what each contrast came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.extraction.evidence import Evidence
from agents.extraction.groups import Group
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Value
from agents.facts.number_format import FIXED
from agents.facts.subject import arm_subject, contrast_subject, run_subject
from agents.facts.units import unit_of
from agents.registered_test.contrast import measured
from agents.registered_test.decision import compare
from agents.statistics import difference_interval, hedges_g, holm, permutation_test, probability_greater


def contrast_facts(evidence: Evidence, arms: Sequence[Group]) -> Iterator[Fact]:
    """None without a registered test. All are post hoc where the registration was changed after runs had finished."""
    comparison = evidence.compare
    if comparison is None:
        return
    yield from _test(evidence, comparison)
    for one in _contrasts(evidence, comparison, arms):
        yield from (*one.effects(), *one.limits(), *one.chances(), *one.counts())


def _test(evidence: Evidence, comparison: Mapping[str, Any]) -> Iterator[Fact]:
    about = FactBuilder("test", "experiment", evidence.results.source, compare, _is_post_hoc(evidence))
    metric, needed = comparison["metric"], comparison["required_n"]
    untestable = comparison["verdict"] == "untestable"
    why = "no number of them would do" if untestable else "the test could decide with these"
    required = "runs per arm (pairs) that the test takes" + ("" if needed is not None else f": {why}")
    for name, value, unit, label in (
        ("alpha", comparison["alpha"], FIXED, "registered chance of a false claim"),
        ("minimum_effect", comparison["minimum_effect"], FIXED, "registered smallest improvement that counts"),
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


@dataclass(frozen=True)
class _Contrast:
    """One contrast as the test left it, and the facts that its numbers were computed from."""

    about: FactBuilder
    found: Mapping[str, Any]
    metric: str
    versus: str
    runs: tuple[str, ...]
    means: tuple[str, ...]
    family: tuple[str, ...]  # the unadjusted p of every contrast

    def fact(
        self,
        name: str,
        value: Value,
        label: str,
        unit: str,
        inputs: Sequence[str],
        function: Callable[..., Any] | None = None,
    ) -> Fact:
        """Return one fact of the contrast. `function` is the statistic, which did not run if there is no value."""
        n = self.found["n_treatment"] + self.found["n_control"]
        function = None if value is None else function
        return self.about.fact(name, value, unit, f"{label}, {self.versus}", n=n, inputs=inputs, function=function)

    def effects(self) -> Iterator[Fact]:
        """In the metric's unit, in standard deviations, and as a chance."""
        unit, of, found = unit_of(self.metric), f"mean {self.metric}", self.found
        yield self.fact("difference", found["difference"], f"difference of {of}", unit, self.means, permutation_test)
        improvement = f"difference of {of}, positive where the goal wants it"
        yield self.fact("improvement", found["improvement"], improvement, unit, self.means)
        sds = f"difference of {of} in standard deviations (Hedges' g)"
        yield self.fact("hedges_g", found["hedges_g"], sds, "", self.runs, hedges_g)
        chance = f"chance that a run of the treatment is ahead of one of the control in {self.metric}"
        superiority = found["probability_of_superiority"]
        yield self.fact("superiority", superiority, chance, "share", self.runs, probability_greater)

    def limits(self) -> Iterator[Fact]:
        interval = self.found["interval"] or {"low": None, "high": None, "level": None}
        of, unit, how = f"of the difference of mean {self.metric}", unit_of(self.metric), difference_interval
        level = None if interval["level"] is None else round(100 * interval["level"], 10)
        yield self.fact("low", interval["low"], f"lower confidence limit {of}", unit, self.runs, how)
        yield self.fact("high", interval["high"], f"upper confidence limit {of}", unit, self.runs, how)
        yield self.fact("confidence", level, f"confidence level of the limits {of}", "percent", (), how)

    def chances(self) -> Iterator[Fact]:
        of = f"of the difference of mean {self.metric}"
        yield self.fact("p", self.found["p"], f"p {of}", "p", self.runs, permutation_test)
        adjusted = f"p {of} after Holm over the family"
        yield self.fact("p_adjusted", self.found["p_adjusted"], adjusted, "p", self.family, holm)

    def counts(self) -> Iterator[Fact]:
        for arm in ("treatment", "control"):
            yield self.fact(f"n_{arm}", self.found[f"n_{arm}"], f"runs (pairs) used of the {arm}", "runs", self.runs)


def _contrasts(evidence: Evidence, comparison: Mapping[str, Any], arms: Sequence[Group]) -> Iterator[_Contrast]:
    factor, control, metric = (comparison[key] for key in ("factor", "control", "metric"))
    by_level = {arm.level: arm for arm in arms}
    subjects = [str(contrast_subject(factor, one["treatment"], control)) for one in comparison["contrasts"]]
    for subject, found in zip(subjects, comparison["contrasts"], strict=True):
        pair = [by_level[level] for level in (found["treatment"], control) if level in by_level]
        source, is_post_hoc = evidence.results.source, _is_post_hoc(evidence)
        yield _Contrast(
            about=FactBuilder(f"{subject}.{metric}", subject, source, measured, is_post_hoc),
            found=found,
            metric=metric,
            versus=f"{factor}={found['treatment']} against {control}",
            runs=tuple(f"{run_subject(run.point)}.{metric}" for arm in pair for run in arm.usable(metric)),
            means=tuple(f"{arm_subject(arm.levels)}.{metric}.mean" for arm in pair),
            family=tuple(f"{one}.{metric}.p" for one in subjects),
        )


def _is_post_hoc(evidence: Evidence) -> bool:
    return bool(evidence.results.content["post_hoc"])
