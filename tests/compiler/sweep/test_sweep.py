"""Sweeps: their points, the configs of the points compared with Hydra's own, and rejected sweeps."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hydra import compose, initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import example, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from compiler.base.diagnostics import SpecError
from compiler.base.identity import canonical
from compiler.base.paths import Lab
from compiler.composing.compose import Composer
from compiler.sweep.axes import MAX_POINTS
from compiler.sweep.points import sweep_points
from tests.labs import HEADER, compile_one, write_lab

# A lab that does not need the engine's configs, so Hydra can compose it alone.
CONF = {
    "conf/config.yaml": """\
        defaults: [_self_, data: rows, model: mlp, trainer: plain, net: small, experiment: null]
        seed: 0
        text: hello
        flag: true
        layers: [1, 2]
        total: ${model.lr}
        named: run-${seed}-${.text}
        widths: ["${seed}", {deep: "${model.hidden}"}]
        opt: {lr: 0, momentum: {a: 0, b: 2}}
        nothing: null
    """,
    "conf/data/rows.yaml": "_target_: builtins.dict\npath: rows.csv\n",
    "conf/trainer/plain.yaml": "_target_: builtins.dict\nmax_epochs: 1\ndevices: 1\n",
    "conf/model/mlp.yaml": "_target_: builtins.dict\nlr: 0.1\nhidden: 4\n",
    "conf/model/cnn.yaml": "_target_: builtins.dict\nlr: 0.2\nhidden: ${seed}\nchannels: 3\n",
    "conf/net/small.yaml": "depth: 1\n",
    "conf/net/large.yaml": "depth: 9\nmore: {of: [it]}\n",
    "conf/net/deep.yaml": "defaults: [small]\ndepth: 99\n",
}


@pytest.fixture(scope="module")
def small_lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return write_lab(tmp_path_factory.mktemp("lab"), CONF)


@pytest.fixture(scope="module")
def composer(small_lab: Lab) -> Composer:
    return Composer(small_lab)


def expand(sweep: Mapping[str, Any], composer: Composer) -> list[dict[str, Any]]:
    return [dict(point.overrides) for point in sweep_points(sweep, composer)]


def settings_to(key: str, *values: Any) -> list[dict[str, Any]]:
    return [{key: value} for value in values]


TABLE: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "nothing is one point": ({}, [{}]),
    "comma": ({"model.lr": "0.1,0.2"}, settings_to("model.lr", 0.1, 0.2)),
    "spaces": ({"model.lr": " 0.1 , 0.2 "}, settings_to("model.lr", 0.1, 0.2)),
    "notations of one number are one point": ({"model.lr": "0.1,1e-1,0.10,.1"}, settings_to("model.lr", 0.1)),
    "values of different types are different points": ({"model.lr": "1,1.0,true,'1'"}, settings_to("model.lr", 1, 1.0, True, "1")),
    "choice": ({"seed": "choice(3,1,2)"}, settings_to("seed", 3, 1, 2)),
    "choice of one": ({"seed": "choice(3)"}, settings_to("seed", 3)),
    "range": ({"seed": "range(3)"}, settings_to("seed", 0, 1, 2)),
    "range from": ({"seed": "range(5,8)"}, settings_to("seed", 5, 6, 7)),
    "range with a step": ({"seed": "range(0,10,4)"}, settings_to("seed", 0, 4, 8)),
    "descending range": ({"seed": "range(3,0,-1)"}, settings_to("seed", 3, 2, 1)),
    "range by name": ({"seed": "range(start=1,stop=3)"}, settings_to("seed", 1, 2)),
    "range of floats": ({"model.lr": "range(0,0.3,0.1)"}, settings_to("model.lr", 0.0, 0.1, 0.2)),
    "sort": ({"seed": "sort(3,1,2)"}, settings_to("seed", 1, 2, 3)),
    "sort in reverse": ({"seed": "sort(3,1,2,reverse=true)"}, settings_to("seed", 3, 2, 1)),
    "sort a range": ({"seed": "sort(range(3),reverse=true)"}, settings_to("seed", 2, 1, 0)),
    "shuffle keeps the order of the spec": ({"seed": "shuffle(3,1,2)"}, settings_to("seed", 3, 1, 2)),
    "shuffle a range": ({"seed": "shuffle(range(4))"}, settings_to("seed", 0, 1, 2, 3)),
    "cast": ({"seed": "int(1.5,2.5)"}, settings_to("seed", 1, 2)),
    "cast to text": ({"text": "str(choice(1,2))"}, settings_to("text", "1", "2")),
    "tag": ({"seed": "tag(a,b,choice(1,2))"}, settings_to("seed", 1, 2)),
    "quoted": ({"text": "'a,b',\"c d\",'it\\'s'"}, settings_to("text", "a,b", "c d", "it's")),
    "quoted number": ({"text": "'1',1"}, settings_to("text", "1", 1)),
    "null and bool": ({"flag": "null,true,false"}, settings_to("flag", None, True, False)),
    "lists": ({"layers": "[1,2],[3],[]"}, settings_to("layers", [1, 2], [3], [])),
    "dicts": ({"opt": "{lr:1},{lr:2,momentum:{a:3}}"}, settings_to("opt", {"lr": 1}, {"lr": 2, "momentum": {"a": 3}})),
    "a YAML list": ({"model.lr": [0.1, 0.2]}, settings_to("model.lr", 0.1, 0.2)),
    "a YAML list of text": ({"text": ["null", "a,b", "1", "range(3)"]}, settings_to("text", "null", "a,b", "1", "range(3)")),
    "a YAML list of lists": ({"layers": [[1, "x"], []]}, settings_to("layers", [1, "x"], [])),
    "a YAML list of mappings": ({"opt": [{"lr": 1}, {"lr": None}]}, settings_to("opt", {"lr": 1}, {"lr": None})),
    "a scalar": ({"model.lr": 0.5}, settings_to("model.lr", 0.5)),
    "a small scalar": ({"model.lr": 1e-7}, settings_to("model.lr", 1e-7)),
    "a null": ({"text": None}, settings_to("text", None)),
    "a text": ({"text": "hello"}, settings_to("text", "hello")),
    "group": ({"model": "mlp,cnn"}, settings_to("model", "mlp", "cnn")),
    "group as a YAML list": ({"model": ["cnn", "mlp"]}, settings_to("model", "cnn", "mlp")),
    "glob": ({"net": "glob(*)"}, settings_to("net", "deep", "large", "small")),
    "glob with exclude": ({"net": "glob(*,exclude=deep)"}, settings_to("net", "large", "small")),
    "globs": ({"net": "glob([s*,l*])"}, settings_to("net", "large", "small")),
    "new key": ({"+model.extra": "1,2"}, settings_to("model.extra", 1, 2)),
    "forced key": ({"++model.lr": "1,2"}, settings_to("model.lr", 1, 2)),
    "product": (
        {"model.lr": "1,2", "seed": "3,4"},
        [{"model.lr": lr, "seed": seed} for lr in (1, 2) for seed in (3, 4)],
    ),
    "zip": ({"zip": {"model.lr": "1,2", "seed": [3, 4]}}, [{"model.lr": 1, "seed": 3}, {"model.lr": 2, "seed": 4}]),
    "zip of groups": (
        {"zip": {"model": "mlp,cnn", "net": "small,large"}},
        [{"model": "mlp", "net": "small"}, {"model": "cnn", "net": "large"}],
    ),
    "zip beside a product": (
        {"zip": {"model.lr": "1,2", "model.hidden": "3,4"}, "seed": "range(2)"},
        [{"seed": seed, "model.lr": lr, "model.hidden": lr + 2} for seed in (0, 1) for lr in (1, 2)],
    ),
    "list": (
        {"list": [{"model.lr": 1}, {"model.lr": 2, "text": "x"}, {"model": "cnn"}]},
        [{"model.lr": 1}, {"model.lr": 2, "text": "x"}, {"model": "cnn"}],
    ),
    "list beside a product": (
        {"list": [{"model.lr": 1}, {"model.lr": 2}], "seed": "3,4"},
        [{"seed": seed, "model.lr": lr} for seed in (3, 4) for lr in (1, 2)],
    ),
    "equal points of a list": ({"list": [{"seed": 1}, {"seed": 1}]}, settings_to("seed", 1)),
}  # fmt: skip


@pytest.mark.parametrize(("sweep", "expected"), TABLE.values(), ids=TABLE)
def test_sweeps_expand_to_these_points(
    sweep: dict[str, Any], expected: list[dict[str, Any]], composer: Composer
) -> None:
    assert list(map(canonical, expand(sweep, composer))) == list(map(canonical, expected))


REJECTED: dict[str, tuple[Any, str, str]] = {
    "interval": ({"model.lr": "interval(0,1)"}, "experiment.sweep.model.lr", "interval() has no discrete points"),
    "empty text": ({"model.lr": ""}, "experiment.sweep.model.lr", "the sweep is empty"),
    "empty list": ({"model.lr": []}, "experiment.sweep.model.lr", "the sweep is empty"),
    "empty range": ({"seed": "range(0)"}, "experiment.sweep.seed", "the sweep is empty"),
    "range against its step": ({"seed": "range(0,3,-1)"}, "experiment.sweep.seed", ""),
    "glob of nothing": ({"net": "glob(x*)"}, "experiment.sweep.net", "the sweep is empty"),
    "glob of no group": ({"seed": "glob(*)"}, "experiment.sweep.seed", ""),
    "open bracket": ({"model.lr": "choice(1,2"}, "experiment.sweep.model.lr", "choice(1,2"),
    "deep brackets": ({"layers": "[" * 1000 + "]" * 1000}, "experiment.sweep.layers", ""),
    "excluded group": ({"tracking": "none,x"}, "experiment.sweep.tracking", "cannot change a training"),
    "excluded Hydra group": ({"hydra/launcher": "a,b"}, "experiment.sweep.hydra/launcher", "cannot change a training"),
    "excluded trainer key": (
        {"trainer.devices": "1,2"},
        "experiment.sweep.trainer.devices",
        "cannot change a training",
    ),
    "excluded resource": ({"resources.cpus": "1,2"}, "experiment.sweep.resources.cpus", "cannot change a training"),
    "excluded new key": ({"+tracking.x": "1,2"}, "experiment.sweep.+tracking.x", "cannot change a training"),
    "deletion": ({"~model.lr": "1"}, "experiment.sweep.~model.lr", "it cannot delete them"),
    "no key": ({"": "1,2"}, "experiment.sweep.", "must not be empty"),
    "no key to add": ({"+": "1,2"}, "experiment.sweep.+", "must not be empty"),
    "no such option": ({"model": "mlp,cnm"}, "experiment.sweep.model", "no config 'cnm' in group 'model'"),
    "a number for a group": ({"model": "1,2"}, "experiment.sweep.model", "no config '1' in group 'model'"),
    "infinity": ({"model.lr": "0.1,inf"}, "experiment.sweep.model.lr", "not a finite number"),
    "nan in a list": ({"layers": [[math.nan]]}, "experiment.sweep.layers", "not a finite number"),
    "zip of unequal length": ({"zip": {"seed": "1,2", "text": "a"}}, "experiment.sweep.zip", "seed has 2, text has 1"),
    "zip of nothing": ({"zip": {}}, "experiment.sweep.zip", "zip needs keys"),
    "zip of text": ({"zip": "seed"}, "experiment.sweep.zip", "zip needs keys"),
    "list of nothing": ({"list": []}, "experiment.sweep.list", "list needs points"),
    "list of text": ({"list": "seed"}, "experiment.sweep.list", "list needs points"),
    "list of no mappings": ({"list": [3]}, "experiment.sweep.list[0]", "a point is a mapping"),
    "list of an empty point": ({"list": [{}]}, "experiment.sweep.list[0]", "a point is a mapping"),
    "many values in a point": ({"list": [{"seed": "1,2"}]}, "experiment.sweep.list[0].seed", "one value for each key"),
    "repeated beside zip": ({"seed": "1,2", "zip": {"seed": "3,4"}}, "experiment.sweep.zip.seed", "swept twice"),
    "repeated beside list": ({"seed": "1,2", "list": [{"seed": 3}]}, "experiment.sweep.list[0].seed", "swept twice"),
    "repeated with a plus": ({"seed": "1,2", "+seed": "3"}, "experiment.sweep.+seed", "swept twice"),
    "repeated in a point": ({"list": [{"seed": 1, "++seed": 2}]}, "experiment.sweep.list[0].++seed", "set twice"),
    "huge range": ({"seed": "range(1000000000)"}, "experiment.sweep", f"over {MAX_POINTS} points"),
    "huge product": ({"seed": "range(1000)", "model.lr": "range(1000)"}, "experiment.sweep", f"over {MAX_POINTS}"),
}


@pytest.mark.parametrize(("sweep", "path", "problem"), REJECTED.values(), ids=REJECTED)
def test_invalid_sweeps_are_rejected(sweep: dict[str, Any], path: str, problem: str, composer: Composer) -> None:
    with pytest.raises(SpecError) as caught:
        sweep_points(sweep, composer)
    first = caught.value.problems[0]
    assert ".".join(map(str, first.path)).replace(".0", "[0]") == path
    assert problem in first.problem


def test_all_problems_are_reported_together(composer: Composer) -> None:
    with pytest.raises(SpecError) as caught:
        sweep_points(
            {"a": "interval(0,1)", "model": "x", "zip": {"b": "", "c": []}, "list": [3, {"d": "1,2"}]}, composer
        )
    assert len(caught.value.problems) == 6


def test_the_closest_option_is_suggested(composer: Composer) -> None:
    with pytest.raises(SpecError) as caught:
        sweep_points({"net": "smal,large"}, composer)
    assert caught.value.problems[0].hint == "did you mean 'small'?"


# Values that YAML can give and JSON can represent.
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
items = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=4,
)


@settings(max_examples=150)
@given(st.lists(items, min_size=1, max_size=5))
@example(["\\", "'", "\\'", '"', "a\\\\'b", "", " ", "${x}", "\n"])
@example(["x" * 300, "x" * 299 + "y", "X" * 300])
@example(["a/b", "a\\b", "a b", "a*b", "..", "é", "A", "a"])
@example([{"null": 1, "true": 2}])
def test_items_of_a_yaml_list_are_not_parsed_again(values: list[Any]) -> None:
    swept = sweep_points({"text": values}, _PARSER_ONLY)
    distinct = dict.fromkeys(map(canonical, values))
    assert [canonical(point.overrides["text"]) for point in swept] == list(distinct)
    names = [point.name for point in swept]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_.,=+-]{1,200}", name) and name.strip(".") for name in names)


class _ParserOnly:
    """A composer for sweeps without groups."""

    parser = OverridesParser.create()

    def is_group(self, name: str) -> bool:
        return False


_PARSER_ONLY: Any = _ParserOnly()

NAMES = {
    "base": ({}, ["base"]),
    "readable": ({"model.lr": "0.1,1e-1,0.2", "seed": "3"}, ["model.lr=0.1,seed=3", "model.lr=0.2,seed=3"]),
    "safe": ({"text": "'a/b'"}, ["text=a_b"]),
    "null and bool as in YAML": ({"flag": "null,true"}, ["flag=null", "flag=true"]),
    "equal names get a hash": ({"text": "1,'1'"}, ["text=1-88a7731f4d3c", "text=1-6f748a430d70"]),
}


@pytest.mark.parametrize(("sweep", "expected"), NAMES.values(), ids=NAMES)
def test_points_are_named_by_their_settings(sweep: dict[str, Any], expected: list[str], composer: Composer) -> None:
    assert [point.name for point in sweep_points(sweep, composer)] == expected


AS_HYDRA: dict[str, list[str]] = {
    "values": ["model.lr=0.1,0.2", "seed=range(3)"],
    "groups": ["model=mlp,cnn", "net=small,large,deep"],
    "a group and a value of it": ["model=mlp,cnn", "model.lr=1,2"],
    "a group and values that its config refers to": ["model=cnn,mlp", "seed=5,6", "model.lr=7"],
    "new keys": ["+model.extra=1,2", "+deep.er.key=a,b"],
    "a new key in a null": ["+nothing.more=1,2"],
    "forced keys": ["++model.lr=1,2", "++fresh.key=3"],
    "mappings are merged": ["opt={lr:1},{momentum:{a:5}}"],
    "mappings with new keys": ["+opt={fresh:1},{momentum:{c:7}}"],
    "a mapping for a value": ["text={a:1},x"],
    "lists are replaced": ["layers=[1],[3,4,5]"],
    "a null for a mapping": ["opt=null,{lr:3}"],
    "texts": ["text='a,b',\"it's\",''"],
    "null and bool": ["flag=null,false"],
    "the target": ["model._target_=builtins.dict,builtins.list"],
}


def as_hydra_composes(lab: Lab, lines: list[str]) -> Iterator[dict[str, Any]]:
    with initialize_config_dir(str(lab.conf), version_base="1.3"):
        overrides = OverridesParser.create().parse_overrides(lines)
        for row in BasicSweeper.split_arguments(overrides, max_batch_size=None)[0]:
            config = OmegaConf.to_container(compose("config", overrides=list(row)), resolve=True)
            assert isinstance(config, dict)
            yield {key: value for key, value in config.items() if key != "experiment"}


@pytest.mark.parametrize("lines", AS_HYDRA.values(), ids=AS_HYDRA)
def test_configs_of_points_equal_those_that_hydra_composes(lines: list[str], small_lab: Lab, tmp_path: Path) -> None:
    swept = dict(line.split("=", 1) for line in lines)
    text = HEADER + "experiment:\n  hypothesis: H.\n  sweep:\n"
    text += "".join(f"    {key}: {_yaml(value)}\n" for key, value in swept.items())
    lab = write_lab(tmp_path, CONF | {"swept": text})
    experiment, runs = compile_one(lab, "swept")
    compiled = [canonical(runs[point.run].config) for point in experiment.points]
    assert compiled == list(map(canonical, as_hydra_composes(small_lab, lines)))


SHARED = "{experiment: {hypothesis: H., sweep: {model.lr: '1,2', zip: {seed: '3,4', text: 'a,b'}}}}"
INHERITED: dict[str, tuple[list[str], list[dict[str, Any]]]] = {
    "zip is deleted": (["{~zip: null}"], settings_to("model.lr", 1, 2)),
    "a key is deleted": (["{~model.lr: null}"], [{"seed": 3, "text": "a"}, {"seed": 4, "text": "b"}]),
    "every axis is deleted": (["{~model.lr: null, ~zip: null}"], [{}]),
    "axes are replaced by a key": (["{~model.lr: null, ~zip: null, model.hidden: '7,8'}"], settings_to("model.hidden", 7, 8)),
    "axes are replaced by a list": (["{~model.lr: null, ~zip: null, list: [{seed: 9}]}"], settings_to("seed", 9)),
    "a deleted key is swept again by a later file": (["{~model.lr: null, ~zip: null}", "{model.lr: '5,6'}"], settings_to("model.lr", 5, 6)),
    "a key is deleted again by a third file": (
        ["{~model.lr: null, ~zip: null}", "{model.lr: '5,6'}", "{~model.lr: null, seed: '1,2'}"],
        settings_to("seed", 1, 2),
    ),
    "a later file without a sweep": (["{~zip: null}", "{}"], settings_to("model.lr", 1, 2)),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "expected"), INHERITED.values(), ids=INHERITED)
def test_deleted_axes_of_an_inherited_sweep_are_removed(
    layers: list[str], expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Each sweep extends the file before it."""
    files = {f"conf/experiment/_{n}.yaml": _extending(f"_{n - 1}", sweep) for n, sweep in enumerate(layers, start=1)}
    files["conf/experiment/_0.yaml"] = f"{HEADER}{SHARED[1:-1]}\n"
    lab = write_lab(tmp_path, CONF | files | {"last": f"{HEADER}defaults: [_{len(layers)}]\n"})
    experiment, _ = compile_one(lab, "last")
    assert [dict(point.overrides) for point in experiment.points] == expected
    assert not [key for key in experiment.spec.sweep if key.startswith("~")]


def test_the_config_of_a_spec_can_add_a_group(tmp_path: Path) -> None:
    text = f"{HEADER}experiment: {{hypothesis: H., config: {{+extra: big, +more: small}}}}\n"
    lab = write_lab(tmp_path, CONF | {"conf/extra/big.yaml": "size: 9\n", "added": text})
    experiment, _ = compile_one(lab, "added")
    assert (experiment.base["extra"], experiment.base["more"]) == ({"size": 9}, "small")


def _extending(below: str, sweep: str) -> str:
    return f"{HEADER}defaults: [{below}, _self_]\nexperiment:\n  sweep: {sweep}\n"


def _yaml(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
