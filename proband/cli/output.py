"""Print answers to standard output: JSON for programs, tables for people, once or again and again."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

from compiler.base.printable import printable

_SECONDS = 1.0  # between two tables


# Characters that JSON may contain as they are, and that a terminal obeys.
_NOT_ESCAPED_BY_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def print_json(value: Any) -> None:
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    print(_NOT_ESCAPED_BY_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


class PrintableStream:
    """A text stream that writes control characters as escapes. It is otherwise the stream behind it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(printable(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def print_answer(args: argparse.Namespace, as_json: Callable[[], Any], as_table: Callable[[], Any]) -> None:
    """Print the answer in the form that `--json` selects. Only this form is built."""
    if args.json:
        print_json(as_json())
    else:
        from compiler.view.rich_output import print_rich

        print_rich(as_table())


def print_repeatedly(show: Callable[[], Any]) -> None:
    """Show a table again every second, until an interrupt. Without a terminal, print it only if it has changed."""
    from rich.live import Live

    from compiler.view.rich_output import new_console

    if not sys.stdout.isatty():
        previous = ""
        while True:
            console = new_console(width=160)
            with console.capture() as capture:
                console.print(show())
            if capture.get() != previous:
                previous = capture.get()
                print(previous, flush=True)
            time.sleep(_SECONDS)
    with Live(console=new_console(), auto_refresh=False) as live:
        while True:
            live.update(show(), refresh=True)
            time.sleep(_SECONDS)
