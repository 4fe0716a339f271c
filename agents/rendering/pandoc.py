"""Run pandoc on a syntax tree."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from agents.rendering.pandoc_ast import Blocks, Element

Tree = dict[str, Any]
_API_VERSION = (1, 23)  # of the syntax tree


class PandocFailed(Exception):
    """Pandoc ended with an error. The message is pandoc's own."""


def syntax_tree(blocks: Blocks, metadata: Mapping[str, Element]) -> Tree:
    return {"pandoc-api-version": _API_VERSION, "meta": metadata, "blocks": blocks}


def run_pandoc(tree: Tree, options: Sequence[str]) -> str:
    """Return the output of pandoc. In its sandbox, pandoc reads only files that the options name, and writes none.

    Raises:
        PandocFailed
    """
    command = [_executable(), "--sandbox", "--wrap=none", "-f", "json", *options]
    process = subprocess.run(command, input=json.dumps(tree).encode(), capture_output=True, check=False)
    if process.returncode:
        raise PandocFailed(process.stderr.decode(errors="replace").strip())
    return process.stdout.decode()


@cache
def _executable() -> str:
    import pypandoc  # type: ignore[import-untyped]

    return str(pypandoc.get_pandoc_path())
