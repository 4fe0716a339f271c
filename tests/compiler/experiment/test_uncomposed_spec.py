"""The mistakes in a spec's own node are reported together with those of its composition."""

from __future__ import annotations

from collections.abc import Callable

from compiler.base.paths import Lab
from tests.compiler.small_lab import GROUPS
from tests.labs import mistakes_of, spec


def test_mistakes_of_the_composition_come_with_all_others(lab: Callable[..., Lab]) -> None:
    text = spec("""
        defaults: [override /model: nett]
        experiment:
          hypotesis: It learns.
          sweep: {seed: "interval(0,1)", data: "rowz,rows"}
          deliverables:
            - {type: evaluation_results, metric: accuracy, operator: "=>", value: 0.5}
    """)
    lines = mistakes_of(lab(GROUPS | {"probe": text}), "probe")
    assert [line.partition("conf/experiment/probe.yaml:")[2] for line in lines] == [
        "2:12: defaults[0]: no config 'nett' in group 'model' (did you mean 'net'?)",
        "4:3: experiment.hypotesis: unknown key 'hypotesis' (did you mean 'hypothesis'?)",
        "5:11: experiment.sweep.seed: interval() has no discrete points (use range() or a list of values)",
        "5:34: experiment.sweep.data: no config 'rowz' in group 'data' (did you mean 'rows'?)",
        "7:52: experiment.deliverables[0].operator: unknown value '=>' (did you mean '>='?)",
    ]


def test_what_a_spec_may_inherit_is_not_reported_as_missing(lab: Callable[..., Lab]) -> None:
    text = spec('defaults: [override /model: nett]\nexperiment: {sweep: {~seed: null}, description: "${data.path}"}\n')
    assert len(mistakes_of(lab(GROUPS | {"probe": text}), "probe")) == 1
