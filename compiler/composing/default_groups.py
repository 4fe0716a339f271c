"""Find the config groups whose option only `config.yaml` selects, so that an experiment has not asked for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import yaml

from compiler.composing.layers import Layer
from compiler.composing.overrides import override_key

_BASE = "config.yaml"


def unselected_groups(groups: Iterable[str], layers: Sequence[Layer], overrides: Sequence[str]) -> list[str]:
    """Return those of `groups` of which neither a defaults list of a spec nor an override chooses a config."""
    specs = (layer for layer in layers if not layer.source.name.endswith(f"conf/{_BASE}"))
    selected = {group for layer in specs for group in _groups_in_defaults(layer)}
    selected |= {override_key(text) for text in overrides}
    return [group for group in groups if group not in selected]


def _groups_in_defaults(layer: Layer) -> Iterator[str]:
    """Yield the group of each entry of a defaults list: `data` for `override /data@pkg: digits`."""
    located = layer.source.node(("defaults",))
    node = located[1] if located else None
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        for key, _ in item.value if isinstance(item, yaml.MappingNode) else ():
            yield key.value.removeprefix("override ").strip().lstrip("/").partition("@")[0]
