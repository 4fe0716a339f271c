"""Find a key that is a list in one file of a composition and a mapping in another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

from compiler.base.diagnostics import Diagnostic, dotted
from compiler.base.nested import Keys
from compiler.composing.layers import Layer
from compiler.parsing.strict_yaml import children, position


def conflicting_kinds(layers: Sequence[Layer]) -> Diagnostic | None:
    """Return the first key that is a list in one file and a mapping in another. Hydra's error does not name it."""
    kinds: dict[Keys, tuple[str, str]] = {}  # kind and file name by path
    for layer in layers:
        root = layer.source.root
        collections = [((), root.start_mark, root), *_collections(root, ())] if root is not None else []
        for keys, mark, node in collections:
            path = (*layer.package, *keys)
            kind = "mapping" if isinstance(node, yaml.MappingNode) else "list"
            earlier_kind, earlier_file = kinds.setdefault(path, (kind, layer.source.name))
            if earlier_kind != kind:
                problem = f"is a {kind}, but a {earlier_kind} in {earlier_file}"
                return Diagnostic(layer.source.name, *position(mark), dotted(path), problem)
    return None


def _collections(node: yaml.Node | None, key_path: Keys) -> Iterator[tuple[Keys, yaml.Mark, yaml.Node]]:
    """Yield the mappings and lists that are not inside a list. Hydra replaces lists and does not merge their items."""
    for key, mark, child in children(node):
        if isinstance(child, yaml.CollectionNode) and (key_path, key) != ((), "defaults"):
            yield (*key_path, key), mark, child
            if isinstance(child, yaml.MappingNode):
                yield from _collections(child, (*key_path, key))
