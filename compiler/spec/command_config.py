"""The keys of a training that is a command line: `cmd`, `metrics_file` and `history_file`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.parsing.json_values import MISSING

FOLDER = "{folder}"  # in these keys, the folder of the run for the files of its command
METRICS_KEY, HISTORY_KEY = "metrics_file", "history_file"
DEFAULT_METRICS = f"{FOLDER}/metrics.json"
_SHELL = frozenset({"|", "||", "&", "&&", ";", "<", ">", ">>", "2>", "2>&1", "&>"})
_SHELL_HINT = "no shell runs the command: write a script that does this, such as `bash train.sh`"


def command_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield problems of the keys of a command, whose interpolations are resolved."""
    words = config.get("cmd")
    if not isinstance(words, list) or not words:
        if words != MISSING:
            hint = "such as python train.py --lr ${model.lr}"
            yield Problem(("cmd",), f"must be a command line or a list of its words, got {words!r}", hint)
        return
    for index, word in enumerate(words):
        if isinstance(word, dict | list) or word is None:
            yield Problem(("cmd", index), f"must be text, a number or true or false, got {word!r}")
        elif (
            word in _SHELL or (str(word).endswith(";") and index < len(words) - 1) or (index == 0 and "=" in str(word))
        ):
            yield Problem(("cmd", index), f"{word!r} is no argument", _SHELL_HINT)
    if "=" in str(words[0]):
        yield Problem(("cmd", 0), f"{words[0]!r} sets a variable and is no program", _SHELL_HINT)
    for key in (METRICS_KEY, HISTORY_KEY):
        yield from _path_problems(key, config.get(key))


def _path_problems(key: str, path: Any) -> Iterator[Problem]:
    if path in (None, MISSING):
        return
    if not isinstance(path, str) or not path.strip():
        yield Problem((key,), f"must be the path of a file, got {path!r}")
    elif ".." in PurePosixPath(path).parts or PurePosixPath(path).is_absolute():
        yield Problem((key,), f"must be a path in the lab or below {FOLDER}, got '{path}'")
