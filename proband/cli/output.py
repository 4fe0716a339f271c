"""Print answers to standard output: JSON for programs, tables for people."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False))


def print_answer(args: argparse.Namespace, as_json: Callable[[], Any], as_table: Callable[[], Any]) -> None:
    """Print the answer in the form that `--json` selects. Only this form is built."""
    if args.json:
        print_json(as_json())
    else:
        from compiler.view.rich_output import print_rich

        print_rich(as_table())
