"""What Hydra has against a composition, in our words and at the place that it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import yaml
from hydra.errors import HydraException, MissingConfigException
from omegaconf.errors import OmegaConfBaseException

from compiler.base.diagnostics import Diagnostic, Problem, did_you_mean, dotted, one_line
from compiler.base.nested import Keys
from compiler.composing.layers import Layer
from compiler.composing.overrides import find_override_in_error, placed
from compiler.parsing.located_yaml import Source
from compiler.parsing.strict_yaml import children, position

_NO_SUCH_GROUP = re.compile(r"Could not override '([^'@]+)")
_TWICE = re.compile(r"Multiple values for (\S+?)\. |^(\S+) appears more than once")
_UNCHOSEN = re.compile(r"You must specify '([^']+)'")
_FILE = re.compile(r"\b[Ii]n '?([\w./-]+?)'?[,:]")


def hydra_diagnostic(
    error: Exception,
    files: Sequence[Source],
    layers: Sequence[Layer],
    groups: dict[str, list[str]],
    overrides: Sequence[str],
) -> Diagnostic:
    """An error of Hydra's as a diagnostic.

    Args:
        files: those that may hold the mistake, the spec first.
        layers: what was to be merged, as far as that is known.
        groups: the options of every config group.
        overrides: those of the build, which may be at fault instead of any file.
    """
    if isinstance(error, RecursionError):
        return _placed(Problem((), "the defaults lists lead in a circle, or too deep"), files[:1], "")
    if (clash := _clash(layers)) is not None:
        return clash
    problem, word = _worded(error, groups)
    if (index := find_override_in_error(overrides, str(error), word)) is not None:
        return placed(overrides, index, Problem((), problem.problem, problem.hint))
    named = _FILE.search(str(error))
    first = [file for file in files if named and file.name.endswith(f"{named[1]}.yaml")]
    return _placed(problem, [*first, *files], word)


def _worded(error: Exception, groups: dict[str, list[str]]) -> tuple[Problem, str]:
    """The problem, and the word of a defaults list that it is about."""
    at, text = ("defaults",), str(error)
    if isinstance(error, MissingConfigException):
        group, _, option = (error.missing_cfg_file or "").rpartition("/")
        if options := groups.get(group):
            return Problem(at, f"no config '{option}' in group '{group}'", did_you_mean(option, options)), option
        return Problem(at, f"no config '{error.missing_cfg_file}'", did_you_mean(group, groups)), option
    if (found := _NO_SUCH_GROUP.search(text)) and "To append" in text:
        return Problem(at, f"the config has no key '{found[1]}'", f"write +{found[1]}=… to add it"), found[1]
    if found := _NO_SUCH_GROUP.search(text):
        last = found[1].rpartition("/")[2]
        hint = f"write 'override /{last}'" if last in groups else did_you_mean(last, groups)
        return Problem(at, f"there is no group '{found[1]}' to override", hint), last
    if found := _TWICE.search(text):
        group = found[1] or found[2]
        return Problem(at, f"a second config of group '{group}'", f"write 'override /{group}'"), group
    if found := _UNCHOSEN.search(text):
        return Problem(at, f"no config of group '{found[1]}' is chosen", did_you_mean("", groups[found[1]])), found[1]
    if not isinstance(error, HydraException | OmegaConfBaseException | ValueError):
        return Problem(at, f"cannot be read: {one_line(error)}"), ""
    return Problem(_full_key(error) or (at if "default" in text else ()), one_line(error)), ""


def _full_key(error: BaseException | None) -> Keys:
    """The key that OmegaConf was at, as deep in a chain of errors as one knows."""
    while error is not None:
        if isinstance(error, OmegaConfBaseException) and error.full_key:
            return tuple(str(error.full_key).split("."))
        error = error.__cause__ or error.__context__
    return ()


def _placed(problem: Problem, files: Sequence[Source], word: str) -> Diagnostic:
    for file in files:
        for keys, at, words in _named(file):
            if word and word in words:
                return Diagnostic(file.name, *at, dotted(keys), problem.problem, problem.hint)
    placed = (file.diagnostic(problem) for file in files if problem.path)
    by_default = Diagnostic(files[0].name, 1, 1, dotted(problem.path), problem.problem, problem.hint)
    return next((one for one in placed if one is not None), by_default)


def _named(file: Source) -> Iterator[tuple[Keys, tuple[int, int], set[str]]]:
    """Every item of a file's defaults list, where it stands, and the groups and options it names."""
    found = file.node(("defaults",))
    for index, mark, item in children(found[1] if found else None):
        parts = (
            [item, *(part for pair in item.value for part in pair)] if isinstance(item, yaml.MappingNode) else [item]
        )
        parts += [one for part in parts if isinstance(part, yaml.SequenceNode) for one in part.value]
        texts = [part.value for part in parts if isinstance(part, yaml.ScalarNode)]
        yield ("defaults", index), position(mark), {word for text in texts for word in re.split(r"[\s/@]+", text)}


def _clash(layers: Sequence[Layer]) -> Diagnostic | None:
    """The first key that is a list in one file and a mapping in another, of which Hydra says only that."""
    known: dict[Keys, tuple[str, str]] = {}
    for layer in layers:
        root = layer.source.root
        below = [((), root.start_mark, root), *_nested(root, ())] if root is not None else []
        for keys, mark, node in below:
            path = (*layer.package, *keys)
            kind = "mapping" if isinstance(node, yaml.MappingNode) else "list"
            before, where = known.setdefault(path, (kind, layer.source.name))
            if before != kind:
                return Diagnostic(
                    layer.source.name, *position(mark), dotted(path), f"is a {kind}, in {where} a {before}"
                )
    return None


def _nested(node: yaml.Node | None, at: Keys) -> Iterator[tuple[Keys, yaml.Mark, yaml.Node]]:
    """Every mapping and list that lies below mappings only: lists are not merged."""
    for key, mark, child in children(node):
        if isinstance(child, yaml.CollectionNode) and (at, key) != ((), "defaults"):
            yield (*at, key), mark, child
            if isinstance(child, yaml.MappingNode):
                yield from _nested(child, (*at, key))
