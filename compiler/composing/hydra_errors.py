"""Translate Hydra and OmegaConf errors into located diagnostics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import yaml
from hydra.errors import HydraException, MissingConfigException
from omegaconf.errors import OmegaConfBaseException

from compiler.base.diagnostics import Diagnostic, Problem, did_you_mean, dotted, one_line
from compiler.base.nested import Keys
from compiler.composing.conflicting_kinds import conflicting_kinds
from compiler.composing.layers import Layer
from compiler.composing.overrides import find_override_in_error, override_diagnostic
from compiler.parsing.located_yaml import Source
from compiler.parsing.strict_yaml import children, position

_NO_SUCH_GROUP = re.compile(r"Could not override '([^'@]+)")
_BELOW_EXPERIMENT = re.compile(r"Could not override '[^'@]+@experiment[.']")  # without a package header
_CHOSEN_TWICE = re.compile(r"Multiple values for (\S+?)\. |^(\S+) appears more than once")
_NOT_CHOSEN = re.compile(r"You must specify '([^']+)'")
_FILE_NAME = re.compile(r"\b[Ii]n '?([\w./-]+?)'?[,:]")
_DEFAULTS_PATH: Keys = ("defaults",)


def hydra_diagnostic(
    error: Exception,
    files: Sequence[Source],
    layers: Sequence[Layer],
    groups: Mapping[str, list[str]],
    overrides: Sequence[str],
) -> Diagnostic:
    """Return a diagnostic for an error of Hydra.

    Args:
        error: Raised by Hydra while composing.
        files: The files that may contain the mistake, the spec first.
        layers: The files that were to be merged, if Hydra got that far.
        groups: The options of every config group.
        overrides: The overrides of the build, which may be wrong instead of a file.
    """
    if isinstance(error, RecursionError):
        return _locate(Problem((), "the defaults lists are circular or nested too deeply"), files[:1], "")
    if (conflict := conflicting_kinds(layers)) is not None:
        return conflict
    base = next((file for file in files if file.name.endswith("conf/config.yaml")), None)
    if base is not None and "Could not override 'experiment'" in str(error):
        (line, column), _ = base.node(_DEFAULTS_PATH) or ((1, 1), None)
        hint = "add `- experiment: null`"
        return Diagnostic(base.name, line, column, "defaults", "no item selects the experiment", hint)
    problem, word = _problem_and_word(error, groups)
    if (index := find_override_in_error(overrides, str(error), word)) is not None:
        return override_diagnostic(overrides, index, Problem((), problem.problem, problem.hint))
    file_name = _FILE_NAME.search(str(error))
    named_files = [file for file in files if file_name and file.name.endswith(f"{file_name[1]}.yaml")]
    return _locate(problem, [*named_files, *files], word)


def _problem_and_word(error: Exception, groups: Mapping[str, list[str]]) -> tuple[Problem, str]:
    """Return the problem, and the word by which the item of a defaults list can be found."""
    text = str(error)
    if isinstance(error, MissingConfigException):
        return _missing_config(error.missing_cfg_file or "", groups)
    if (match := _NO_SUCH_GROUP.search(text)) and _BELOW_EXPERIMENT.search(text):
        problem, hint = "is read below the key `experiment`", "begin the file with the line: # @package _global_"
        return Problem(_DEFAULTS_PATH, problem, hint), match[1].rpartition("/")[2]
    if match:
        return _missing_key_or_group(match[1], groups, is_key="To append" in text), match[1].rpartition("/")[2]
    if match := _CHOSEN_TWICE.search(text):
        group = match[1] or match[2]
        problem = f"a second config of group '{group}' is chosen"
        return Problem(_DEFAULTS_PATH, problem, f"write 'override /{group}'"), group
    if match := _NOT_CHOSEN.search(text):
        problem = f"no config of group '{match[1]}' is chosen"
        return Problem(_DEFAULTS_PATH, problem, did_you_mean("", groups[match[1]])), match[1]
    if "Unsupported type in defaults" in text or "Unsupported item value in defaults" in text:
        return Problem(_DEFAULTS_PATH, "the name of a config must be text", "quote a name such as '42' or 'true'"), ""
    if not isinstance(error, HydraException | OmegaConfBaseException | ValueError):
        return Problem(_DEFAULTS_PATH, f"cannot be read: {one_line(error)}"), ""
    return Problem(_full_key(error) or (_DEFAULTS_PATH if "default" in text else ()), one_line(error)), ""


def _missing_config(name: str, groups: Mapping[str, list[str]]) -> tuple[Problem, str]:
    if name.startswith("hydra/"):
        plugin = f"install the plugin of Hydra that has it, such as hydra-{name.rpartition('/')[2]}"
        return Problem(_DEFAULTS_PATH, f"no config '{name}'", plugin), name.rpartition("/")[2]
    group = next((group for group in _groups_above(name) if group in groups), "")
    option = name.removeprefix(f"{group}/")
    if options := groups.get(group):
        return Problem(
            _DEFAULTS_PATH, f"no config '{option}' in group '{group}'", did_you_mean(option, options)
        ), option
    unknown_group, _, option = name.rpartition("/")
    return Problem(_DEFAULTS_PATH, f"no config '{name}'", did_you_mean(unknown_group, groups)), option


def _groups_above(name: str) -> Iterator[str]:
    """Yield the groups that contain a config, the nearest first: `a/b` and `a` for `a/b/c`."""
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _missing_key_or_group(name: str, groups: Mapping[str, list[str]], *, is_key: bool) -> Problem:
    if is_key:
        return Problem(_DEFAULTS_PATH, f"the config has no key '{name}'", f"write +{name}=… to add it")
    last = name.rpartition("/")[2]
    hint = f"write 'override /{last}'" if last in groups else did_you_mean(last, groups)
    return Problem(_DEFAULTS_PATH, f"there is no group '{name}' to override", hint)


def _full_key(error: BaseException | None) -> Keys:
    """Return the key that OmegaConf was reading, from the first error in the chain that has one."""
    while error is not None:
        if isinstance(error, OmegaConfBaseException) and error.full_key:
            return tuple(str(error.full_key).split("."))
        error = error.__cause__ or error.__context__
    return ()


def _locate(problem: Problem, files: Sequence[Source], word: str) -> Diagnostic:
    """Return a diagnostic at the item of a defaults list that contains `word`, else at the problem's key."""
    for file in files:
        for keys, line_and_column, words in _defaults_items(file):
            if word and word in words:
                return Diagnostic(file.name, *line_and_column, dotted(keys), problem.problem, problem.hint)
    diagnostics = (file.diagnostic(problem) for file in files if problem.path)
    fallback = Diagnostic(files[0].name, 1, 1, dotted(problem.path), problem.problem, problem.hint)
    return next((diagnostic for diagnostic in diagnostics if diagnostic is not None), fallback)


def _defaults_items(file: Source) -> Iterator[tuple[Keys, tuple[int, int], set[str]]]:
    """Yield each item of a file's defaults list: its path, line and column, and the groups and options it names."""
    located = file.node(_DEFAULTS_PATH)
    for index, mark, item in children(located[1] if located else None):
        parts = (
            [item, *(part for pair in item.value for part in pair)] if isinstance(item, yaml.MappingNode) else [item]
        )
        parts += [entry for part in parts if isinstance(part, yaml.SequenceNode) for entry in part.value]
        texts = [part.value for part in parts if isinstance(part, yaml.ScalarNode)]
        words = {word for text in texts for word in re.split(r"[\s/@]+", text)}
        yield (*_DEFAULTS_PATH, index), position(mark), words
