"""Parse the subset of YAML that specs may use: mappings with text keys, lists, text, numbers, bools and null.

Anything else would be rejected by Hydra without a line number, or could not be written as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from compiler.base.diagnostics import CompileError, Diagnostic, dotted
from compiler.base.nested import Key, Keys

# The loader that Hydra uses. The C loader accepts other files, and crashes on deep nesting.
_LOADER = yaml.SafeLoader
_MAX_DEPTH = 32  # levels; merging is recursive and fails at about twice as many
_MAX_DIGITS = 100  # of a whole number; Python refuses to read one of some thousand digits
_MAX_VALUES = 100_000  # a few nested aliases can expand to more values than fit into memory
_LONE_SURROGATE = "contains an incomplete character, half of a surrogate pair"
_INTEGER_TAG = "tag:yaml.org,2002:int"
_TEXT_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})
_KEY_TAGS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge", "tag:yaml.org,2002:timestamp"})


def strict_root(text: str, name: str, *, may_be_list: bool = False) -> yaml.Node | None:
    """Return the mapping at the root of a file, or None if the file is empty.

    Args:
        text: The content of the file.
        name: The file's name in messages.
        may_be_list: Whether the root may also be a list, as in a config of a group.

    Raises:
        CompileError: The text is not in the subset. The error holds all problems.
    """
    try:
        diagnostics = list(_event_problems(text, name))
        root = None if diagnostics else yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise CompileError([_syntax_error(error, text, name)]) from error
    kinds = (yaml.MappingNode, yaml.SequenceNode) if may_be_list else yaml.MappingNode
    if root is not None and not isinstance(root, kinds):
        diagnostics.append(Diagnostic(name, 1, 1, "", "must be a mapping of keys to values"))
    diagnostics = diagnostics or list(_node_problems(root, (), name, frozenset(), set()))
    if not diagnostics and root is not None and _size(root, {}) > _MAX_VALUES:
        problem = f"has over {_MAX_VALUES} values when its anchors are expanded"
        diagnostics.append(Diagnostic(name, 1, 1, "", problem))
    if diagnostics:
        raise CompileError(diagnostics)
    return root


def position(mark: Any) -> tuple[int, int]:
    """Return line and column, counted from 1."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def children(node: yaml.Node | None) -> Iterator[tuple[Key, yaml.Mark, yaml.Node]]:
    """Yield key or index, position and value of each child of a node."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark, value
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield index, item.start_mark, item


def _syntax_error(error: yaml.YAMLError, text: str, name: str) -> Diagnostic:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return Diagnostic(name, *position(mark), "", f"invalid YAML: {error.problem or error.context}")
    lines_before = text[: int(getattr(error, "position", 0))].split("\n")
    reason = getattr(error, "reason", " ".join(str(error).split()))
    return Diagnostic(name, len(lines_before), len(lines_before[-1]) + 1, "", f"invalid YAML: {reason}")


def _event_problems(text: str, name: str) -> Iterator[Diagnostic]:
    """Yield unsupported tags and too deep nesting. Reading the parser's events needs no recursion."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        location = (name, *position(event.start_mark), "")
        tag = getattr(event, "tag", None)
        if tag not in _TEXT_TAGS or (tag and not isinstance(event, yaml.ScalarEvent)):
            short_tag = str(tag).replace("tag:yaml.org,2002:", "!!")
            yield Diagnostic(*location, f"the YAML tag {short_tag} is not supported", "write the value without a tag")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            yield Diagnostic(*location, f"is nested deeper than {_MAX_DEPTH} levels")
            return


def _node_problems(
    node: yaml.Node | None, keys: Keys, name: str, ancestors: frozenset[int], visited: set[int]
) -> Iterator[Diagnostic]:
    """Yield problems of a node and its children.

    These are invalid keys, anchors that contain themselves, a lone `=`, unreadable integers and invalid `${…}`.
    Each node is read once, however many aliases refer to it, so that a small file cannot take much time.
    """
    if id(node) in visited:
        return
    visited.add(id(node))
    ancestors |= {id(node)}
    for key, mark, problem, hint in _key_problems(node):
        yield Diagnostic(name, *position(mark), dotted((*keys, key)), problem, hint)
    for key, mark, child in children(node):
        location = (name, *position(mark), dotted((*keys, key)))
        if id(child) in ancestors:
            yield Diagnostic(*location, "contains itself through a YAML anchor")
        elif child.tag == "tag:yaml.org,2002:value":
            yield Diagnostic(*location, "a lone = has a special meaning in YAML", "quote it")
        elif isinstance(child, yaml.ScalarNode) and not _is_unicode(child.value):
            yield Diagnostic(*location, _LONE_SURROGATE, "write the character itself")
        elif isinstance(child, yaml.ScalarNode) and child.tag == _INTEGER_TAG and not _is_integer(child.value):
            problem = f"is not a whole number of at most {_MAX_DIGITS} digits"
            yield Diagnostic(*location, problem, "quote it if it is text")
        elif isinstance(child, yaml.ScalarNode) and (problem := _interpolation_problem(child.value)):
            yield Diagnostic(*location, problem)
        yield from _node_problems(child, (*keys, key), name, ancestors, visited)


def _key_problems(node: yaml.Node | None) -> Iterator[tuple[Key, yaml.Mark, str, str]]:
    """Yield keys that are repeated, of which YAML silently keeps the last, and keys that are not text."""
    first_lines: dict[str, int] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        key_text = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        if not isinstance(key, yaml.ScalarNode) or key.tag not in _KEY_TAGS:
            kind = key.tag.rpartition(":")[2]
            yield key_text, key.start_mark, f"a key must be text, but YAML reads this one as {kind}", "quote it"
        elif not _is_unicode(key_text):
            yield key_text, key.start_mark, _LONE_SURROGATE, "write the character itself"
        elif key.tag.endswith(":merge"):
            parts = value.value if isinstance(value, yaml.SequenceNode) else [value]
            if not all(isinstance(part, yaml.MappingNode) for part in parts):
                yield key_text, key.start_mark, "merges something that is not a mapping", ""
        elif key_text in first_lines:
            line = first_lines[key_text]
            yield key_text, key.start_mark, f"repeated key, first written on line {line}", "keep one of them"
        first_lines.setdefault(key_text, key.start_mark.line + 1)


def _is_unicode(text: str) -> bool:
    """Return whether a text can be written as UTF-8. An escape such as \\ud83d is half of a surrogate pair."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _is_integer(text: str) -> bool:
    """Return whether YAML can construct the integer. It also takes `0x_`, which has no digits, as an integer."""
    digits = text.replace("_", "")
    return len(digits) <= _MAX_DIGITS and digits.lstrip("+-").lower() not in ("0x", "0b")


def _interpolation_problem(text: str) -> str:
    if "${" not in text:
        return ""
    from omegaconf import OmegaConf  # slow to import, and only needed for interpolations
    from omegaconf.errors import GrammarParseError

    try:
        OmegaConf.create({"text": text})
    except GrammarParseError as error:
        return f"invalid interpolation: {str(error).partition(chr(10))[0]}"
    return ""


def _size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """Return how many values a node contains when all aliases are expanded. `sizes` is a cache by node."""
    if id(node) not in sizes:
        sizes[id(node)] = 1 + sum(_size(child, sizes) for _, _, child in children(node))
    return sizes[id(node)]
