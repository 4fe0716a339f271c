"""Functions that iterate over nested configs or replace values in them."""

from __future__ import annotations

from compiler.base.nested import flat, leaves, mapping_leaves, nodes, with_leaves, with_value

CONFIG = {"model": {"lr": 0.1, "layers": [{"size": 3}, 4]}, "tags": [], "extra": {}}


def test_nodes_yields_parents_before_children() -> None:
    paths = [path for path, _ in nodes(CONFIG)]
    assert paths[:4] == [(), ("model",), ("model", "lr"), ("model", "layers")]
    assert paths[4:7] == [("model", "layers", 0), ("model", "layers", 0, "size"), ("model", "layers", 1)]


def test_empty_mappings_and_lists_are_leaves() -> None:
    assert dict(leaves(CONFIG))[("tags",)] == []
    assert flat(CONFIG) == {"model.lr": 0.1, "model.layers.0.size": 3, "model.layers.1": 4, "tags": [], "extra": {}}


def test_mapping_leaves_treats_a_list_as_one_value() -> None:
    assert dict(mapping_leaves(CONFIG, ("config",)))[("config", "model", "layers")] == [{"size": 3}, 4]


def test_with_value_changes_one_value_and_leaves_the_original_unchanged() -> None:
    changed = with_value(CONFIG, ("model", "layers", 1), 5)
    assert changed["model"]["layers"] == [{"size": 3}, 5]
    assert CONFIG["model"] == {"lr": 0.1, "layers": [{"size": 3}, 4]}


def test_with_leaves_changes_values_and_keeps_keys() -> None:
    assert with_leaves({"a": [1, {"b": 2}], "c": {}}, lambda value: value + 1) == {"a": [2, {"b": 3}], "c": {}}
