"""Run the code cells of a notebook as a notebook does: one after another, in one namespace.

The cells are run here and not by nbclient, which would add Jupyter's kernel and its network sockets to the tests.
To write the outputs into the notebook after a change: `python -m tests.docs.notebook docs/reading.ipynb` in its folder.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NUMBER = re.compile(r"\b[0-9a-f]{12}\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


@dataclass(frozen=True)
class Cell:
    """A code cell and the text of its recorded output."""

    source: str
    output: str


def code_cells(file: Path) -> list[Cell]:
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return [
        Cell("".join(cell["source"]), "".join(map(_text, cell["outputs"])))
        for cell in cells
        if cell["cell_type"] == "code"
    ]


def run_cells(sources: list[str]) -> Iterator[str]:
    """Yield what each cell prints, and the value of its last expression as a notebook shows it."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, source in enumerate(sources, 1):
        *statements, last = ast.parse(source, f"cell {number}").body
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            if not isinstance(last, ast.Expr):
                statements.append(last)
            exec(compile(ast.Module(statements, []), f"cell {number}", "exec"), namespace)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), namespace)
                print(repr(value) if value is not None else "", end="")
        yield printed.getvalue()


def without_numbers(output: str) -> str:
    """Return an output with a mark for each number and run id, which depend on the machine, and folded white space."""
    return " ".join(_NUMBER.sub("#", output).split())


def _text(output: dict[str, Any]) -> str:
    return "".join(output.get("text") or output["data"]["text/plain"])


def _write_outputs(file: Path) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    for number, (cell, text) in enumerate(
        zip(code, run_cells(["".join(cell["source"]) for cell in code]), strict=True), 1
    ):
        lines = text.splitlines(keepends=True)
        cell["execution_count"] = number
        result = {"output_type": "execute_result", "execution_count": number, "metadata": {}}
        cell["outputs"] = [{**result, "data": {"text/plain": lines}}] if lines else []
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write_outputs(Path(sys.argv[1]))
