"""Read the collaboration settings of a lab, and find the specs and overrides that try to change them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import yaml
from omegaconf import OmegaConf

from compiler.base.diagnostics import CompileError, Diagnostic, Problem, SpecError, dotted
from compiler.base.nested import leaves
from compiler.collaboration.settings import GROUP, CollaborationSettings, parse_collaboration
from compiler.composing.compose import Composer
from compiler.composing.layers import Composed, Layer, path_below
from compiler.composing.overrides import override_diagnostic, override_key
from compiler.parsing.strict_yaml import position

_PROBLEM = "the level, budget and bounds belong to the lab, and an experiment cannot set them"
_HINT = "a person sets them in conf/config.yaml"


def lab_collaboration(composer: Composer) -> CollaborationSettings:
    """Return the settings in the base config of a lab, without experiments and overrides.

    Raises:
        CompileError: The base config cannot be composed, or its settings are not valid.
    """
    base = composer.base
    try:
        settings = parse_collaboration(base.collaboration)
    except SpecError as error:
        raise CompileError(map(base.diagnostic, error.problems)) from error
    if replaced := list(_replaced_values(composer)):
        raise CompileError(filter(None, map(base.spec.diagnostic, replaced)))
    return settings


def _replaced_values(composer: Composer) -> Iterator[Problem]:
    """Yield the values in `config.yaml` that a config of the group replaces, because it is merged after the file."""
    file = composer.files.file("config")
    written = OmegaConf.to_container(OmegaConf.load(file), resolve=False) if file else {}
    node = written.get(GROUP) if isinstance(written, dict) else None
    for path, value in leaves(node, (GROUP,)) if isinstance(node, Mapping) else ():
        merged = reduce(_child, path[1:], composer.base.collaboration)
        if merged != value:
            hint = "write it into a config of the group, or `- _self_` at the end of the defaults"
            yield Problem(path, f"has no effect: a config of the group is merged later and sets {merged!r}", hint)


def _child(node: Any, key: Any) -> Any:
    if isinstance(node, Mapping):
        return node.get(key)
    return node[key] if isinstance(node, list) and isinstance(key, int) and key < len(node) else None


def check_collaboration(composer: Composer, overrides: Sequence[str]) -> None:
    """Check the settings of a lab, and that no override of a build sets them.

    A base config that cannot be composed is reported where the experiments are compiled.

    Raises:
        CompileError: With all problems.
    """
    wrong = [index for index, text in enumerate(overrides) if _group_of(override_key(text)) == GROUP]
    if wrong:
        problem = Problem((GROUP,), "is read from the lab's config only, so an override cannot change it", _HINT)
        raise CompileError(override_diagnostic(overrides, index, problem) for index in wrong)
    try:
        _ = composer.base
    except CompileError:
        return
    lab_collaboration(composer)


def check_collaboration_of_spec(composed: Composed, spec_config: Any, composer: Composer) -> None:
    """Check that no file of an experiment sets the group.

    Args:
        composed: the experiment under some choices of its groups.
        spec_config: the `config` of its spec.

    Raises:
        CompileError: With every place that sets it.
    """
    keys = spec_config if isinstance(spec_config, Mapping) else ()
    paths = [("experiment", "config", key) for key in keys if _group_of(override_key(str(key))) == GROUP]
    diagnostics = [composed.diagnostic(Problem(path, _PROBLEM, _HINT)) for path in paths]
    if composed.collaboration != composer.base.collaboration:
        in_files = [diagnostic for layer in composed.layers for diagnostic in _settings_of(layer)]
        diagnostics += in_files or [composed.diagnostic(Problem((GROUP,), _PROBLEM, _HINT))]
    if diagnostics:
        raise CompileError(diagnostics)


def _settings_of(layer: Layer) -> Iterator[Diagnostic]:
    """Yield the places of a file that set the group, unless it is the base config or a config of the group."""
    name = layer.source.name
    if name.endswith("conf/config.yaml") or (layer.package[:1] == (GROUP,) and f"/{GROUP}/" in name):
        return
    problem = Problem((GROUP,), _PROBLEM, _HINT)
    path = path_below((GROUP,), layer.package)
    if path is not None and (diagnostic := layer.source.diagnostic(problem, path)) is not None:
        yield diagnostic
    located = layer.source.node(("defaults",))
    items = located[1] if located else None
    for item in items.value if isinstance(items, yaml.SequenceNode) else ():
        for key, _ in item.value if isinstance(item, yaml.MappingNode) else ():
            if key.value.removeprefix("override ").strip().lstrip("/").partition("@")[0] == GROUP:
                yield Diagnostic(name, *position(key.start_mark), dotted((GROUP,)), _PROBLEM, _HINT)


def _group_of(key: str) -> str:
    return key.replace("/", ".").partition(".")[0]
