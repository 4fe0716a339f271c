"""Print answers to standard output: JSON for programs, tables for people, once or again and again."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

_SECONDS = 1.0  # between two tables


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False))


def print_answer(args: argparse.Namespace, as_json: Callable[[], Any], as_table: Callable[[], Any]) -> None:
    """Print the answer in the form that `--json` selects. Only this form is built."""
    if args.json:
        print_json(as_json())
    else:
        from compiler.view.rich_output import print_rich

        print_rich(as_table())


def print_repeatedly(show: Callable[[], Any]) -> None:
    """Show a table again every second, until an interrupt. Without a terminal, print it only if it has changed."""
    from rich.console import Console
    from rich.live import Live

    if not sys.stdout.isatty():
        previous = ""
        while True:
            console = Console(width=160, highlight=False, markup=False, emoji=False)
            with console.capture() as capture:
                console.print(show())
            if capture.get() != previous:
                previous = capture.get()
                print(previous, flush=True)
            time.sleep(_SECONDS)
    with Live(console=Console(highlight=False, markup=False, emoji=False), auto_refresh=False) as live:
        while True:
            live.update(show(), refresh=True)
            time.sleep(_SECONDS)
