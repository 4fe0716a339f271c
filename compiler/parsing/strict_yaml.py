"""The YAML that specs are written in: mappings with text keys, lists, text, numbers, bools and null.

What goes beyond it Hydra would refuse without a position, or JSON could not write down again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from compiler.base.diagnostics import CompileError, Diagnostic, dotted
from compiler.base.nested import Key, Keys

# As Hydra: the C loader takes other files than this one, and ends the process on deep nesting.
_LOADER = yaml.SafeLoader
_DEEPEST = 32  # levels; merging recurses, and fails at about twice as many
_MOST_VALUES = 100_000  # a few aliases of aliases can stand for more than memory holds
_HALF = "holds half of a character"
_TEXT_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})
_KEY_TAGS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge", "tag:yaml.org,2002:timestamp"})


def strict_root(text: str, name: str) -> yaml.Node | None:
    """The mapping that a file holds, None where it is empty.

    Raises:
        CompileError: with everything that is not YAML of this kind; `name` is the file's.
    """
    if text.startswith("\ufeff"):
        hint = "save it as UTF-8 without one"
        raise CompileError([Diagnostic(name, 1, 1, "", "starts with a byte order mark", hint)])
    try:
        refused = list(_refused_events(text, name))
        root = None if refused else yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise CompileError([_syntax_error(error, text, name)]) from error
    if root is not None and not isinstance(root, yaml.MappingNode):
        refused.append(Diagnostic(name, 1, 1, "", "must be a mapping of keys to values"))
    refused = refused or list(_refused_nodes(root, (), name, frozenset(), set()))
    if not refused and root is not None and _size(root, {}) > _MOST_VALUES:
        refused.append(Diagnostic(name, 1, 1, "", f"has over {_MOST_VALUES} values once its anchors are written out"))
    if refused:
        raise CompileError(refused)
    return root


def position(mark: Any) -> tuple[int, int]:
    """Line and column from 1."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def children(node: yaml.Node | None) -> Iterator[tuple[Key, yaml.Mark, yaml.Node]]:
    """Key or index, where it stands, and value, of everything directly in a node."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark, value
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield index, item.start_mark, item


def _syntax_error(error: yaml.YAMLError, text: str, name: str) -> Diagnostic:
    if isinstance(error, yaml.MarkedYAMLError):
        at = position(error.problem_mark or error.context_mark)
        return Diagnostic(name, *at, "", f"invalid YAML: {error.problem or error.context}")
    before = text[: int(getattr(error, "position", 0))].split("\n")
    reason = getattr(error, "reason", " ".join(str(error).split()))
    return Diagnostic(name, len(before), len(before[-1]) + 1, "", f"invalid YAML: {reason}")


def _refused_events(text: str, name: str) -> Iterator[Diagnostic]:
    """What reading alone shows, before anything recurses into the file: tags, and nesting that cannot be merged."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        at = position(event.start_mark)
        tag = getattr(event, "tag", None)
        if tag not in _TEXT_TAGS or (tag and not isinstance(event, yaml.ScalarEvent)):
            shown = str(tag).replace("tag:yaml.org,2002:", "!!")
            yield Diagnostic(name, *at, "", f"the YAML tag {shown} is not taken", "write the value without a tag")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            yield Diagnostic(name, *at, "", f"is nested deeper than {_DEEPEST} levels")
            return


def _refused_nodes(
    node: yaml.Node | None, keys: Keys, name: str, above: frozenset[int], done: set[int]
) -> Iterator[Diagnostic]:
    """What the nodes show: keys that are repeated or no text, anchors in themselves, a lone `=`, broken `${…}`.

    A node is read once however many aliases lead to it, so a small file cannot cost much time.
    """
    if id(node) in done:
        return
    done.add(id(node))
    above |= {id(node)}
    for key, mark, problem, hint in _refused_keys(node):
        yield Diagnostic(name, *position(mark), dotted((*keys, key)), problem, hint)
    for key, mark, child in children(node):
        where = (name, *position(mark), dotted((*keys, key)))
        if id(child) in above:
            yield Diagnostic(*where, "contains itself through a YAML anchor")
        elif child.tag == "tag:yaml.org,2002:value":
            yield Diagnostic(*where, "a lone = has a meaning of its own in YAML", "quote it")
        elif isinstance(child, yaml.ScalarNode) and not _is_unicode(child.value):
            yield Diagnostic(*where, _HALF, "write the character itself")
        elif isinstance(child, yaml.ScalarNode) and (problem := _bad_interpolation(child.value)):
            yield Diagnostic(*where, problem)
        yield from _refused_nodes(child, (*keys, key), name, above, done)


def _refused_keys(node: yaml.Node | None) -> Iterator[tuple[Key, yaml.Mark, str, str]]:
    """A YAML reader would silently keep the last of repeated keys; JSON turns keys that are no text into text."""
    seen: dict[str, int] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        written = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        if not isinstance(key, yaml.ScalarNode) or key.tag not in _KEY_TAGS:
            kind = key.tag.rpartition(":")[2]
            yield written, key.start_mark, f"a key must be text, and YAML reads this one as {kind}", "quote it"
        elif not _is_unicode(written):
            yield written, key.start_mark, _HALF, "write the character itself"
        elif key.tag.endswith(":merge"):
            parts = value.value if isinstance(value, yaml.SequenceNode) else [value]
            if not all(isinstance(part, yaml.MappingNode) for part in parts):
                yield written, key.start_mark, "merges something that is not a mapping", ""
        elif written in seen:
            yield written, key.start_mark, f"repeated key, first written on line {seen[written]}", "keep one of them"
        seen.setdefault(written, key.start_mark.line + 1)


def _is_unicode(text: str) -> bool:
    """An escape such as \\ud83d is half of a character, and no file can hold it."""
    return not any("\ud800" <= one <= "\udfff" for one in text)


def _bad_interpolation(text: str) -> str:
    if "${" not in text:
        return ""
    from omegaconf import OmegaConf  # only files that interpolate wait for it
    from omegaconf.errors import GrammarParseError

    try:
        OmegaConf.create({"text": text})
    except GrammarParseError as error:
        return f"cannot be read as an interpolation: {str(error).partition(chr(10))[0]}"
    return ""


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node stands for when every alias is written out."""
    if id(node) not in known:
        known[id(node)] = 1 + sum(_size(child, known) for _, _, child in children(node))
    return known[id(node)]
