"""What a proposal may touch is checked on its compiled points, so that its text hides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.diagnostics import CompileError
from lab.collaboration.bounds import bound_problems, text_problems
from lab.collaboration.compiled_proposal import compile_proposal
from lab.collaboration.policy import Bound
from lab.collaboration.proposal_files import Proposal
from tests.lab.collaboration.proposed import HEAD, PARENT, only_proposal, plan_of, proposed_lab, spec_of

BOUNDS = {"seed": Bound(0, 2**32 - 1), "model.lr": Bound(1e-4, 1e-2), "model.act": Bound(values=("relu", "gelu"))}
OTHER = "# @package _global_\ntrainer: {_target_: builtins.dict, max_epochs: 1, devices: 1}\nmodel: {width: 9}\n"
FILES = {"conf/model/big.yaml": "_target_: nets.Net\nlr: 0.005\nwidth: 99\n", "conf/trainer/other.yaml": OTHER}


class Study:
    """A lab whose plan is compiled once. Proposals of its experiment are checked without being written."""

    def __init__(self, root: Path) -> None:
        self.lab = proposed_lab(root, {}, FILES)
        self.parent = plan_of(self.lab).experiments[PARENT]

    def problems(self, text: str) -> list[str]:
        """Return the problems of a proposal. Problems of the compiler begin with `does not compile`."""
        file = self.lab.proposals(PARENT) / "next.yaml"
        proposal = Proposal("next", PARENT, file, text.encode())
        if problems := text_problems(proposal, self.parent):
            return problems
        try:
            return bound_problems(compile_proposal(self.lab, self.parent, proposal).touched, BOUNDS)
        except CompileError as error:
            return [f"does not compile: {error}"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return Study(tmp_path_factory.mktemp("study"))


@pytest.mark.parametrize(
    "sweep",
    [
        pytest.param("{model.lr: [0.001, 0.01], seed: [7, 8]}", id="ends included"),
        pytest.param("{model.lr: 0.0001, seed: 7}", id="the low end"),
        pytest.param("{+model.act: [relu, gelu], ~model.lr: null, seed: [7]}", id="an added key"),
    ],
)
def test_a_proposal_within_the_bounds_has_no_problem(sweep: str, study: Study) -> None:
    assert study.problems(spec_of(sweep)) == []


@pytest.mark.parametrize(
    ("sweep", "problem"),
    [
        pytest.param("{model.lr: [0.001, 1]}", "'model.lr' has the value 1, outside", id="list"),
        pytest.param('{model.lr: "0.001,1"}', "'model.lr' has the value 1, outside", id="choice"),
        pytest.param('{model.lr: "choice(0.001,10)"}', "the value 10, outside", id="choice()"),
        pytest.param('{model.lr: "range(0.001,1,0.1)"}', "outside [0.0001, 0.01]", id="range()"),
        pytest.param('{model.lr: "sort(1,0.001)"}', "the value 1, outside", id="sort()"),
        pytest.param('{model.lr: "shuffle(1,0.001)"}', "the value 1, outside", id="shuffle()"),
        pytest.param('{model.lr: "float(choice(1,0.001))"}', "the value 1.0, outside", id="cast"),
        pytest.param('{model.lr: "tag(t,choice(0.001,0.5))"}', "the value 0.5, outside", id="tag()"),
        pytest.param('{model.lr: "glob(*)"}', "", id="glob()"),
        pytest.param('{model.lr: "interval(0.001,10)"}', "", id="interval()"),
        pytest.param("{model.lr: ['\"1\"', 0.001]}", "'model.lr'", id="text"),
        pytest.param("{model.lr: [true, 0.001]}", "the value True, outside", id="bool"),
        pytest.param("{model.lr: [-0.0]}", "the value -0.0, outside", id="negative zero"),
        pytest.param("{model.lr: [.nan]}", "", id="nan"),
        pytest.param("{model.lr: [.inf]}", "", id="infinite"),
        pytest.param("{model.lr: [1_0]}", "'model.lr'", id="underscore"),
        pytest.param("{model.lr: [0x10]}", "'model.lr'", id="hexadecimal"),
        pytest.param("{model.lr: [[0.001, 0.002]]}", "'model.lr' has several values", id="list as a value"),
        pytest.param("{model.lr: [{a: 0.001}]}", "'model.lr", id="mapping as a value"),
        pytest.param(
            "{~model.lr: null, ~seed: null, zip: {model.lr: [0.001, 1], seed: [7, 8]}}",
            "the value 1, outside",
            id="zip",
        ),
        pytest.param(
            "{~model.lr: null, ~seed: null, list: [{model.lr: 0.001}, {model.lr: 0.002}, {model.lr: 3}]}",
            "the value 3, outside",
            id="third point",
        ),
        pytest.param("{seed: [&x 0.5, *x]}", "", id="alias"),
        pytest.param(
            "{+model.act: [relu, tanh]}", "'model.act' has the value 'tanh', which is none of", id="text value"
        ),
        pytest.param("{++model.width: [4]}", "'model.width' is not in collaboration.bounds", id="forced key"),
        pytest.param("{model.width: [4]}", "'model.width' is not in collaboration.bounds", id="unbounded key"),
        pytest.param("{trainer.max_epochs: [4]}", "'trainer.max_epochs' is not in", id="key of another group"),
        pytest.param("{model: [big]}", "'model' is not in collaboration.bounds", id="another config of a group"),
        pytest.param("{trainer: [other]}", "'model.width' is not in", id="a group that drags other keys along"),
        pytest.param("{+model._partial_: [true]}", "'model._partial_' selects code", id="partial"),
        pytest.param("{model._target_: [builtins.exec]}", "'model._target_' selects code", id="target"),
        pytest.param("{+model.net._target_: [os.system]}", "'model.net._target_' selects code", id="nested target"),
        pytest.param("{data.path: [/etc/passwd]}", "'data.path' names a path or a command", id="path"),
        pytest.param("{+trainer.default_root_dir: [x]}", "", id="root folder"),
        pytest.param("{resources.cpus: [4]}", "", id="resources"),
        pytest.param("{collaboration.level: [autonomous]}", "", id="level"),
    ],
)
def test_a_value_outside_the_bounds_is_found_however_it_is_written(sweep: str, problem: str, study: Study) -> None:
    problems = study.problems(spec_of(sweep))
    assert problems
    assert any(problem in line for line in problems), problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            HEAD + "  sweep: {~model.lr: null}\n  config: {model.lr: 1}\n",
            "'model.lr' has the value 1, outside",
            id="config",
        ),
        pytest.param(HEAD + "  config: {model: big}\n", "'model.width' is not in", id="config of a group"),
        pytest.param(HEAD + "  config: {agents: {kind: openai, model: m}}\n", "'agents", id="agents"),
        pytest.param(HEAD + "  config: {tracking: {mode: online}}\n", "'tracking.mode' cannot change", id="tracking"),
        pytest.param(HEAD + "  config: {+limits.hours: 900}\n", "'limits.hours' cannot change", id="limits"),
        pytest.param(HEAD + "  config: {+collaboration.level: autonomous}\n", "does not compile", id="level in config"),
        pytest.param(HEAD + "model: {lr: 1}\n", "'model': a proposal has only defaults and experiment", id="root key"),
        pytest.param(HEAD + "collaboration: {level: autonomous}\n", "'collaboration': a proposal has", id="level"),
        pytest.param(HEAD.replace("[lr,", "[lr, override /model: big,"), "defaults: a proposal extends", id="defaults"),
        pytest.param(HEAD.replace("[lr,", "[one,"), "defaults: a proposal extends", id="another experiment"),
        pytest.param(HEAD.replace("parent: lr", "parent: one"), "experiment.parent: is not lr", id="false parent"),
        pytest.param(HEAD.replace("  parent: lr\n", ""), "experiment.parent: is not lr", id="no parent"),
        pytest.param(HEAD.replace("id: next", "id: one"), "experiment_id: is not next", id="another id"),
        pytest.param(HEAD + "  analysis_pipeline: ['os:system']\n", "experiment.analysis_pipeline", id="analysis"),
        pytest.param(HEAD + "  reports: ['os:system']\n", "experiment.reports", id="report"),
        pytest.param(
            HEAD + "  deliverables: [{type: plot, path: /etc/passwd}]\n", "has no deliverable", id="deliverable"
        ),
        pytest.param(HEAD + "  sweep: {model.lr: ['${oc.env:HOME}']}\n", "an interpolation, which may", id="variable"),
        pytest.param(HEAD + "  sweep: {model.lr: ['\\${oc.env:HOME}']}\n", "an interpolation", id="escaped"),
        pytest.param(HEAD + "  sweep: {zip: {model.lr: ['${x}'], seed: [1]}}\n", "an interpolation", id="in a zip"),
        pytest.param(HEAD + "  config: {'model.${x}': 1}\n", "an interpolation in a key", id="key"),
        pytest.param(HEAD + "  description: '${oc.env:HOME}'\n", "an interpolation", id="description"),
        pytest.param(HEAD + "  description: '\\\\${oc.env:HOME}'\n", "an interpolation", id="escaped backslash"),
        pytest.param(HEAD + "  search: {space: {model.lr: '0.1,0.2'}, runs: 4}\n", "experiment.search", id="search"),
        pytest.param("[1, 2]", "is not a spec", id="list"),
        pytest.param("experiment: [", "is not a spec", id="no YAML"),
        pytest.param(HEAD + "  a: !!python/object/apply:os.system [x]\n", "is not a spec", id="tag"),
        pytest.param("", "is not a spec", id="empty"),
    ],
)
def test_a_text_that_cannot_run_by_itself_is_found(text: str, problem: str, study: Study) -> None:
    problems = study.problems(text)
    assert any(problem in line for line in problems), problems


def test_an_escaped_interpolation_in_a_text_is_text(study: Study) -> None:
    text = spec_of("{model.lr: [0.001]}").replace("hypothesis: More.", "hypothesis: 'With \\${x}.'")
    assert study.problems(text) == []


def test_a_value_that_depends_on_a_bounded_key_needs_a_bound(tmp_path: Path) -> None:
    files = {"conf/model/net.yaml": "_target_: nets.Net\nlr: 0.1\nwidth: ${seed}\n"}
    lab = proposed_lab(tmp_path, {"next": spec_of("{model.lr: [0.001], seed: [7]}")}, files)
    touched = compile_proposal(lab, plan_of(lab).experiments[PARENT], only_proposal(lab)).touched
    assert touched["model.width"] == (7,)
    assert bound_problems(touched, BOUNDS) == [
        "'model.width' is not in collaboration.bounds, which has model.act, model.lr, seed"
    ]


def test_a_link_is_not_read(tmp_path: Path) -> None:
    lab = proposed_lab(tmp_path, {})
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: x")
    lab.proposals(PARENT).mkdir(parents=True)
    (lab.proposals(PARENT) / "next.yaml").symlink_to(secret)
    (problem,) = text_problems(only_proposal(lab), plan_of(lab).experiments[PARENT])
    assert problem == "the file is a link"
