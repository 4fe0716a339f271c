"""A run id changes if and only if an identifying key or a data version changes. Recorded ids never change."""

from __future__ import annotations

import math
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from compiler.base.identity import (
    NotCanonical,
    canonical,
    differing_keys,
    digest,
    identifying_config,
    is_excluded,
    run_id,
)
from compiler.plan.compile_lab import compile_lab
from tests.labs import spec

# The config of conf/experiment/digits_baseline.yaml. It is written out here, because the shipped file may change, but
# the run id of this config must not.
BASELINE: dict[str, Any] = {
    "seed": 0,
    "data": {
        "_target_": "lightning_modules.data.digits.DigitsDataModule",
        "path": "data/digits.npz",
        "batch_size": 32,
        "num_workers": 0,
        "split_seed": 0,
        "validation_fraction": 0.2,
        "test_fraction": 0.2,
    },
    "model": {
        "_target_": "lightning_modules.models.mlp.MLP",
        "lr": 0.001,
        "hidden": 64,
        "dropout": 0.0,
        "weight_decay": 0.0,
    },
    "trainer": {
        "_target_": "lightning.Trainer",
        "max_epochs": 5,
        "accelerator": "cpu",
        "devices": 1,
        "deterministic": True,
        "num_sanity_val_steps": 0,
        "log_every_n_steps": 1,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "plugins": [{"_target_": "lightning.pytorch.plugins.environments.LightningEnvironment"}],
    },
    "tracking": {"mode": "offline", "project": "proband", "entity": None},
    "resources": {"cpus": 1, "mem_mb": 2000, "runtime": 60, "gpus": 0},
}
BASELINE_DATA = {"data/digits.npz": "9ec5a90de5c07e7eb2dcc8e808c16126"}

GOLDEN_BYTES = {
    "empty": ({}, b"{}"),
    "null": (None, b"null"),
    "bool": ([True, False], b"[true,false]"),
    "int": (1, b"1"),
    "text that looks like an int": ("1", b'"1"'),
    "float with an integer's value": (1.0, b'{"$float":"1.0"}'),
    "minus zero": (-0.0, b'{"$float":"-0.0"}'),
    "float": (0.1, b"0.1"),
    "small float": (1e-7, b"1e-7"),
    "large float": (1e300, b'{"$float":"1e+300"}'),
    "nan": (math.nan, b'{"$float":"nan"}'),
    "inf": (-math.inf, b'{"$float":"-inf"}'),
    "largest exact int": (2**53 - 1, b"9007199254740991"),
    "smallest int that is tagged": (2**53, b'{"$int":"9007199254740992"}'),
    "negative big int": (-(10**20), b'{"$int":"-100000000000000000000"}'),
    "key that looks like a tag": ({"$float": "1.0"}, b'{"$$float":"1.0"}'),
    "int key": ({1: "a"}, b'{"$key:1":"a"}'),
    "bool and null keys": ({True: 1, None: 2}, b'{"$key:None":2,"$key:True":1}'),
    "text": ("é\n\u2028", '"é\\n\u2028"'.encode()),
    "sorted keys": ({"b": 1, "a": {"d": [], "c": {}}}, b'{"a":{"c":{},"d":[]},"b":1}'),
    "keys by UTF-16 unit": ({"\ufb33": 1, "\U0001f600": 2}, '{"\U0001f600":2,"\ufb33":1}'.encode()),
    "list": ([1, [0.5, "x"]], b'[1,[0.5,"x"]]'),
    "tuple is a list": ((1, 2), b"[1,2]"),
}
GOLDEN_IDS = {
    "empty config": ({}, {}, "592c36ac86b3"),
    "baseline": (BASELINE, BASELINE_DATA, "64610c1fc1f2"),
    "baseline on unversioned data": (BASELINE, {}, "5b7d3f2334f0"),
    "another learning rate": (BASELINE | {"model": BASELINE["model"] | {"lr": 0.01}}, BASELINE_DATA, "3838e1700ab7"),
    "values of every type": ({"a": [1, 1.0, True, "1", None, 2**60, -0.0, {"$x": {}}]}, {"d": "x"}, "7402aa74a02c"),
}


@pytest.mark.parametrize(("value", "expected"), GOLDEN_BYTES.values(), ids=GOLDEN_BYTES)
def test_canonical_bytes_never_change(value: Any, expected: bytes) -> None:
    assert canonical(value) == expected


@pytest.mark.parametrize(("config", "data", "expected"), GOLDEN_IDS.values(), ids=GOLDEN_IDS)
def test_run_ids_never_change(config: dict[str, Any], data: dict[str, str], expected: str) -> None:
    assert run_id(config, data) == expected


@pytest.mark.parametrize(
    "value",
    [b"x", {1, 2}, object(), {(1,): 2}, [math.pi, 1j]],
    ids=["bytes", "set", "object", "tuple as key", "complex"],
)
def test_values_that_json_cannot_represent_are_rejected(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**53 - 2, max_value=2**53 + 2)
    | st.floats()
    | st.sampled_from([0.0, -0.0, 1.0, 0.1, math.nan, math.inf, 1e-7, 2.0**53])
    | st.text(max_size=5)
    | st.sampled_from(["1", "1.0", "true", "null", "nan", "", "é", "$float", "日本"])
)
keys = st.sampled_from(["a", "b", "$float", "$int", "$$int", "$key:1", "lr", "日本", "a.b", ""]) | st.text(max_size=4)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
)
configs = st.dictionaries(keys, values, max_size=4)


def is_same(left: Any, right: Any) -> bool:
    """Return whether values are equal in type and value: 1, 1.0, True and "1" differ, nan equals nan, -0.0 is not 0.0."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(is_same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(is_same, left, right))
    return repr(left) == repr(right)


def shuffled(value: Any, random: Any) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(value[key], random) for key in random.sample(list(value), len(value))}
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


@given(values, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value: Any, random: Any) -> None:
    assert digest(value) == digest(shuffled(value, random))


@settings(max_examples=300)
@given(values, values)
@example({"$float": "1.0"}, 1.0)
@example({"$int": "9007199254740992"}, 2**53)
@example({"a": {"$float": "nan"}}, {"a": math.nan})
@example({"$$float": 1}, {"$float": 1})
@example([], {})
@example("", None)
@example(2.0**53, 2**53)
def test_only_equal_values_have_equal_bytes(left: Any, right: Any) -> None:
    assert (canonical(left) == canonical(right)) == is_same(left, right)


_small = st.recursive(
    st.sampled_from([0, 1, 0.0, -0.0, 1.0, True, False, None, "", "0", "1", "1.0", "true", 2**53, 2.0**53, math.nan]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "$float", "$int"]), inner, max_size=2)
    ),
    max_leaves=3,
)


@settings(max_examples=500)
@given(_small, _small)
def test_only_equal_values_among_similar_values_have_equal_bytes(left: Any, right: Any) -> None:
    assert (canonical(left) == canonical(right)) == is_same(left, right)


@settings(max_examples=200)
@given(configs, configs)
def test_configs_that_differ_in_identifying_keys_have_different_ids(
    left: dict[str, Any], right: dict[str, Any]
) -> None:
    assert (run_id(left, {}) == run_id(right, {})) == is_same(identifying_config(left), identifying_config(right))


# Paths of identifying keys.
identifying_paths = st.sampled_from(
    [
        ("optimizer", "momentum"),
        ("model", "lr"),
        ("model", "blocks", "first", "width"),
        ("trainer", "max_epochs"),
        ("trainer", "plugins"),
        ("trainer", "strategy", "devices"),
        ("data", "path"),
        ("data", "tracking"),
        ("model", "experiment"),
        ("seed",),
        ("callbacks", "stop", "patience"),
        ("resources_of_mine", "cpus"),
        ("$seed",),
        ("日本", "語"),
        ("a.b",),
    ]
)


def with_value(config: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    key, *rest = path
    if not rest:
        return config | {key: value}
    inner = config.get(key)
    return config | {key: with_value(inner if isinstance(inner, dict) else {}, tuple(rest), value)}


@given(identifying_paths, values)
def test_each_identifying_key_changes_the_id(path: tuple[str, ...], value: Any) -> None:
    changed = with_value(BASELINE, path, value)
    assume(not is_same(changed, BASELINE))
    assert run_id(changed, BASELINE_DATA) != run_id(BASELINE, BASELINE_DATA)
    assert not is_excluded(".".join(path))


EXCLUDED = [
    ("experiment",),
    ("experiment", "metadata", "tags"),
    ("tracking", "project"),
    ("agents", "model"),
    ("resources", "cpus"),
    ("hydra", "run", "dir"),
    ("paths", "root"),
    ("task_name",),
    ("tags",),
    ("logger", "csv"),
    ("extras", "print_config"),
    ("identity",),
    ("trainer", "logger"),
    ("trainer", "accelerator"),
    ("trainer", "devices"),
    ("trainer", "default_root_dir"),
    ("trainer", "enable_progress_bar"),
    ("trainer", "enable_model_summary"),
    ("trainer", "fuse"),
    ("data", "groups"),
    ("data", "licence"),
    ("data", "personal_data"),
    ("data", "human_subjects"),
    ("data", "remote"),
]


@given(st.sampled_from(EXCLUDED), values)
def test_excluded_keys_do_not_change_the_id(path: tuple[str, ...], value: Any) -> None:
    changed = with_value(deepcopy(BASELINE), path, value)
    assert run_id(changed, BASELINE_DATA) == run_id(BASELINE, BASELINE_DATA)
    assert is_excluded(".".join(path))


@pytest.mark.parametrize("key", ["tracking@x", "hydra/launcher", "trainer.devices.a", "resources.cpus"])
def test_groups_and_parts_of_excluded_keys_are_excluded(key: str) -> None:
    assert is_excluded(key)


@pytest.mark.parametrize("key", ["trackings", "trainer", "trainer.device", "model.trainer.devices", "experimental.a"])
def test_names_similar_to_excluded_ones_are_not_excluded(key: str) -> None:
    assert not is_excluded(key)


@given(st.dictionaries(st.text(), st.text()), st.dictionaries(st.text(), st.text()))
def test_data_versions_change_the_id(left: dict[str, str], right: dict[str, str]) -> None:
    assert (run_id(BASELINE, left) == run_id(BASELINE, right)) == (left == right)


@given(configs, configs)
@example({"a": [1]}, {"a": [True]})
@example({"a": 0.0}, {"a": -0.0})
@example({"a": {}}, {})
@example({"a": math.nan}, {"a": math.nan})
def test_differing_keys_is_empty_if_and_only_if_the_configs_are_equal(
    left: dict[str, Any], right: dict[str, Any]
) -> None:
    assert (differing_keys(left, right) == []) == is_same(left, right)


SPECS_OF_ONE_RUN = {
    "plain": "model: {lr: 0.1, hidden: 8}",
    "other_order": "model: {hidden: 8, lr: 0.1}",
    "comments": "# why\nmodel:  # and how\n  lr: 0.1  # one tenth\n\n  hidden: 8",
    "exponent": "model: {lr: 1e-1, hidden: 8}",
    "zeros": "model: {lr: 0.10, hidden: 0x8}",
    "block": "model:\n    hidden: +8\n    lr: .1",
    "tracking": "model: {lr: 0.1, hidden: 8}\ntracking: {project: other}",
    "resources": "model: {lr: 0.1, hidden: 8}\nresources: {cpus: 4, gpus: 1}",
    "machine": "model: {lr: 0.1, hidden: 8}\ntrainer: {accelerator: gpu, devices: 2, enable_progress_bar: true}",
    "interpolated": "model: {lr: 0.1, hidden: '${oc.select:nothing.set,8}'}",
}
SPECS_OF_OTHER_RUNS = {
    "float_width": "model: {lr: 0.1, hidden: 8}\ntrainer: {limit_train_batches: 1.0}",
    "int_width": "model: {lr: 0.1, hidden: 8}\ntrainer: {limit_train_batches: 1}",
    "another_lr": "model: {lr: 0.11, hidden: 8}",
    "new_group": "model: {lr: 0.1, hidden: 8}\noptimizer: {momentum: 0.9}",
    "new_group_null": "model: {lr: 0.1, hidden: 8}\noptimizer: {momentum: null}",
    "new_key": "model: {lr: 0.1, hidden: 8}\nnote: first",
}


def test_specs_share_a_run_however_their_values_are_written(lab: Any) -> None:
    metadata = {name: f"  metadata: {{tags: [{name}]}}\n" for name in SPECS_OF_ONE_RUN}
    files = {
        name: spec(f"experiment:\n  hypothesis: H {name}.\n{metadata.get(name, '')}{body}\n")
        for name, body in (SPECS_OF_ONE_RUN | SPECS_OF_OTHER_RUNS).items()
    }
    outcome = compile_lab(lab(files))
    assert [
        diagnostic
        for diagnostic in outcome.diagnostics
        if diagnostic.file.rpartition("/")[2].removesuffix(".yaml") in files
    ] == []
    runs = {
        experiment.id: experiment.points[0].run
        for experiment in outcome.compilation.experiments
        if experiment.id in files
    }
    assert len({runs[name] for name in SPECS_OF_ONE_RUN}) == 1
    assert len({runs[name] for name in SPECS_OF_OTHER_RUNS} | {runs["plain"]}) == len(SPECS_OF_OTHER_RUNS) + 1


CALLBACKS = "lightning.pytorch.callbacks"
STOP, BAR = {"_target_": f"{CALLBACKS}.EarlyStopping"}, {"_target_": f"{CALLBACKS}.RichProgressBar"}
OWN_BAR = {"_target_": "mine.RichProgressBar"}


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"train": True, "test": True, "ckpt_path": None, "optimized_metric": None}, True),
        ({"train": {"lr": 0.1}}, False),
        ({"test": 1}, False),
        ({"ckpt_path": "a.ckpt"}, False),
        ({"callbacks": None}, True),
        ({"callbacks": {}}, True),
        ({"callbacks": {"stop": None, "bar": BAR}}, True),
        ({"callbacks": [BAR]}, True),
        ({"callbacks": BAR}, True),
        ({"callbacks": {"stop": STOP}}, False),
        ({"callbacks": STOP}, False),
        ({"callbacks": [STOP]}, False),
        ({"callbacks": OWN_BAR}, False),
        ({"notes": "seen", "identity": {"ignore": ["notes"]}}, True),
        ({"notes": {"by": "me"}, "identity": {"ignore": ["notes.by"]}}, False),  # the empty mapping stays
        ({"notes": "seen", "identity": {"ignore": ["other", "notes.by"]}}, False),
        ({"identity": {"ignore": "model"}}, True),  # rejected by the compiler; never read as letters
    ],
)
def test_keys_without_effect_and_ignored_keys_do_not_change_the_id(changes: dict[str, Any], same: bool) -> None:
    assert (run_id(BASELINE | changes, {}) == run_id(BASELINE, {})) is same


def test_ignored_part_of_a_group_does_not_change_the_id() -> None:
    first, second = ({"notes": {"by": name, "kind": 1}, "identity": {"ignore": ["notes.by"]}} for name in ("me", "you"))
    assert run_id(BASELINE | first, {}) == run_id(BASELINE | second, {}) != run_id(BASELINE, {})
