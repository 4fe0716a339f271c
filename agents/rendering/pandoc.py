"""Pandoc itself: a tree in, text in one of its formats out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from functools import cache

from agents.rendering.pandoc_ast import Node


class PandocFailed(Exception):
    """Pandoc did not take what it was given. The message is its own."""


def converted(tree: Node, options: Sequence[str]) -> str:
    """In its sandbox: pandoc reads no file but those that the options name, and writes none.

    Raises:
        PandocFailed: it ended with an error.
    """
    command = [_executable(), "--sandbox", "--wrap=none", "-f", "json", *options]
    done = subprocess.run(command, input=json.dumps(tree).encode(), capture_output=True, check=False)
    if done.returncode:
        raise PandocFailed(done.stderr.decode(errors="replace").strip())
    return done.stdout.decode()


@cache
def _executable() -> str:
    import pypandoc  # type: ignore[import-untyped]

    return str(pypandoc.get_pandoc_path())
